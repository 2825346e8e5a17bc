"""The same work in NumPy and in PyTorch: peers.py numpy|torch TASK FOLDER ..., as contender.ts describes it."""
import json, os, sys, time
import numpy as np

peer, task, folder, hidden, output, cost, *rest = sys.argv[1:]


def read(name, dtype):
    return np.fromfile(f'{folder}/{name}', dtype)


def layers_of(sizes):
    parameters, offset, layers = read('parameters.f32', np.float32), 0, []
    for inputs, outputs in zip(sizes, sizes[1:]):
        weights = parameters[offset:offset + outputs * inputs].reshape(outputs, inputs)
        offset += outputs * inputs
        layers.append((weights, parameters[offset:offset + outputs]))
        offset += outputs
    return parameters, layers


def report(result, **figures):
    np.ascontiguousarray(result, np.float32).tofile(f'{folder}/result.f32')
    print(json.dumps(figures))


def timed(work, times):
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0)


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


functions = {'sigmoid': sigmoid, 'relu': relu, 'softmax': softmax}


def forward(layers, x):
    activations = [x]
    for l, (weights, biases) in enumerate(layers):
        activate = functions[output if l == len(layers) - 1 else hidden]
        activations.append(activate(activations[-1] @ weights.T + biases))
    return activations


def slope(a):
    return a > 0 if hidden == 'relu' else a * (1 - a)


def training_data(examples, sizes):
    x = read('inputs.u8', np.uint8)[:examples * sizes[0]].reshape(examples, sizes[0]).astype(np.float32) / 255
    labels = read('labels.u8', np.uint8)[:examples]
    # A single output is the label itself, which is 0 or 1.
    y = labels[:, None].astype(np.float32) if sizes[-1] == 1 else np.eye(sizes[-1], dtype=np.float32)[labels]
    return x, y, read('order.u32', np.uint32)


def train_numpy(examples, epochs, batch, rate, sizes):
    x, y, order = training_data(examples, sizes)
    parameters, layers = layers_of(sizes)

    def epoch():
        for k in range(0, examples, batch):
            rows = order[k:k + batch]
            a = forward(layers, x[rows])
            step = np.float32(rate / len(rows))
            delta = a[-1] - y[rows]
            if cost == 'quadratic':
                delta *= a[-1] * (1 - a[-1])
            for l in reversed(range(len(layers))):
                weights, biases = layers[l]
                back = (delta @ weights) * slope(a[l]) if l else None
                weights -= step * (delta.T @ a[l])
                biases -= step * delta.sum(0)
                delta = back

    seconds = timed(epoch, epochs)
    report(parameters, seconds=seconds)


def torch_network(sizes):
    import torch
    torch.set_num_threads(int(os.environ.get('OMP_NUM_THREADS', 1)))
    activations = {'sigmoid': torch.nn.Sigmoid, 'relu': torch.nn.ReLU, 'softmax': lambda: torch.nn.Softmax(1)}
    modules = []
    for (weights, biases), inputs, outputs in zip(layers_of(sizes)[1], sizes, sizes[1:]):
        linear = torch.nn.Linear(inputs, outputs)
        linear.weight.data, linear.bias.data = torch.tensor(weights), torch.tensor(biases)
        modules += [linear, activations[hidden]()]
    modules[-1] = activations[output]()
    return torch, torch.nn.Sequential(*modules)


def train_torch(examples, epochs, batch, rate, sizes):
    torch, network = torch_network(sizes)
    x, y, order = training_data(examples, sizes)
    x, y, order = torch.tensor(x), torch.tensor(y), torch.tensor(order.astype(np.int64))
    # PyTorch's cross-entropy takes logits and class numbers.
    logits, labels, cross_entropy = network[:-1], y.argmax(1), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)

    def epoch():
        for k in range(0, examples, batch):
            rows = order[k:k + batch]
            if cost == 'quadratic':
                loss = ((network(x[rows]) - y[rows]) ** 2).sum() / (2 * len(rows))
            else:
                loss = cross_entropy(logits(x[rows]), labels[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()

    seconds = timed(epoch, epochs)
    report(np.concatenate([p.detach().numpy().ravel() for p in network.parameters()]), seconds=seconds)


def answerer(sizes):
    if peer == 'numpy':
        layers = layers_of(sizes)[1]
        return lambda x: forward(layers, x)[-1]
    torch, network = torch_network(sizes)

    def answer(x):
        with torch.inference_mode():
            return network(torch.from_numpy(x)).numpy()

    return answer


def infer(rows, calls, sizes):
    x = read('rows.f32', np.float32).reshape(-1, sizes[0])[:rows]
    answer = answerer(sizes)
    if task == 'throughput':
        result = answer(x)
        report(result, seconds=timed(lambda: answer(x), calls))
        return
    outputs, microseconds = [], []
    for call in range(calls):
        row = x[call % rows][None]
        start = time.perf_counter()
        y = answer(row)
        microseconds.append((time.perf_counter() - start) * 1e6)
        if call < rows:
            outputs.append(y)
    report(np.concatenate(outputs), microseconds=microseconds)


if task == 'training':
    examples, epochs, batch, rate, *sizes = rest
    train = train_numpy if peer == 'numpy' else train_torch
    train(int(examples), int(epochs), int(batch), float(rate), [int(size) for size in sizes])
else:
    rows, calls, *sizes = [int(word) for word in rest]
    infer(rows, calls, sizes)
