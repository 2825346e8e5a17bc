import { showNumber } from '../charts/show-number.js'
import type { Texts } from './en.js'

/** The words of the page in Chinese. */
export const chinese: Texts = {
  page: {
    locale: 'zh-CN',
    title: 'descent',
    description: '画一个数字，看神经网络如何认出它，又如何学会它。',
    language: '语言',
    languageName: '中文',
    theme: '页面颜色',
    themes: { system: '跟随系统', light: '浅色', dark: '深色' },
    palette: '数值颜色',
    palettes: { 'blue-orange': '蓝与橙', 'green-red': '绿与红' },
    views: '视图',
    skip: '跳到视图',
    starting: '正在创建网络……',
    lost: '与服务器的连接已断开，页面正在重试。',
    ended: '如果服务器重新启动过，请打开它打印出的新地址。',
    watching: '另一个标签页正在控制网络，这一页只能观看。',
    takeOver: '由这一页控制',
    problem: '操作没有成功：',
    dismiss: '关闭',
    here: '在本页中',
    onServer: '在服务器上',
    speed: (examples: string) => `每秒 ${examples} 个样本`,
    shape: (layers: string, parameters: string) => `${layers}，${parameters} 个参数`,
    data: (name: string, training: string, test: string) => `${name}：${training} 个用于学习，${test} 个用于测试`,
  },

  transport: {
    title: '学习',
    play: '学习',
    pause: '暂停',
    step: '只学一个……',
    steps: { example: '样本', batch: '小批量', epoch: '轮' },
    pace: '速度',
    fullSpeed: '全速',
    batchesPerSecond: (batches: string) => `每秒 ${batches} 个小批量`,
    startOver: '从头开始',
    newNetwork: '新建网络……',
    compare: '比较引擎',
    timeline: '时间轴：回到较早的时刻',
    start: '未训练',
    moment: (epoch: string, batches: string) => `第 ${epoch} 轮，${batches} 个小批量之后`,
    position: (epoch: string, done: string, rows: string) => `第 ${epoch} 轮：${done} / ${rows}`,
    phases: { idle: '可以开始学习', learning: '学习中', paused: '已暂停', finished: '已结束' },
  },

  newNetwork: {
    title: '新建网络',
    sentence: '它从随机权重开始，什么都还没有学过。',
    hidden: '隐藏层的神经元数',
    hiddenHint: '例如 30，或 100 30',
    activation: '隐藏层激活函数',
    output: '输出层激活函数',
    cost: '代价函数',
    seed: '随机种子',
    learningRate: '学习率',
    batchSize: '小批量大小',
    epochs: '轮数',
    l2: 'L2 惩罚',
    shuffledLabels: '打乱标签：除了噪声没有可学的东西',
    make: '创建',
    cancel: '取消',
    demo: '载入训练好的网络',
  },

  comparison: {
    title: '两个引擎，同一个网络',
    sentence: '两者用相同的样本、种子和设置学习，各自以最快速度进行。',
    start: '同时开始',
    end: '结束',
    starting: '本页的引擎正在启动……',
    speed: '每秒样本数',
    best: '最快',
    agree: (batches: string, difference: string) => `${batches} 个小批量之后，任何参数的差别都不超过 ${difference}。`,
    noMoment: '两者到达同一时刻后，才能判断它们的参数是否一致。',
    otherData: '页面可以自己画数字，但没有服务器上的数据。',
    notNew: '服务器上的网络不是由页面也能使用的设置创建的。',
  },

  draw: {
    title: '手写识别',
    sentence: '画一个数字：网络看到 784 个像素，十个输出中最亮的一个就是它的答案。',
  },

  neurons: {
    title: '神经元在找什么',
    sentence: '每张图是一个隐藏神经元学会寻找的图案：蓝色像素支持它，橙色像素反对它。',
  },

  learning: {
    title: '观看学习',
    sentence: '每个小批量都让所有权重向下坡走一小步，于是代价下降，图案逐渐成形。',
  },

  mistakes: {
    title: '最严重的错误',
    sentence: '每个格子统计某个数字被误认成另一个数字的次数：点开格子查看这些图片。',
  },

  downhill: {
    title: '下坡',
    sentence: '梯度下降就像一个小球沿着代价的斜坡滚下去。',
    cost: '代价',
    weight: '权重',
    weightNumber: (number) => `权重 ${number}`,
    play: '让它滚',
    pause: '暂停',
    oneStep: '走一步',
    again: '回到起点',
    rate: '学习率',
    stepColumn: '步数',
    shown: '显示',
    table: '每一步的数值',

    slope: '一个权重：一道斜坡',
    slopeSentence: '这个网络只有一个权重。每一步都让权重逆着坡度移动，学习率决定移动多远。',
    slopeLabel: '代价随权重变化的曲线，小球位于网络当前的权重处',
    slopeColumn: '坡度',
    costCurve: '每个权重对应的代价',
    ball: '小球：用方向键或拖动把它放到别的权重上',
    ballMark: '网络的当前位置：可以拖动，也可以用方向键',
    ballAt: (weight, cost) => `权重 ${showNumber(weight)}，代价 ${showNumber(cost)}`,
    tangentMark: '代价的坡度',
    arrowMark: '下一步',
    trailMark: '走过的路',
    rates: {
      crawl: '爬行',
      settle: '稳定',
      overshoot: '越过',
      diverge: '发散',
    },
    neuron: '神经元',
    parabola: '线性：斜坡是一条抛物线',
    plateau: 'tanh：饱和的地方是平的',
    slopeNumbers: (steps, place, rate) =>
      `第 ${steps} 步：权重为 ${showNumber(place.weights[0])}，代价为 ${showNumber(place.cost)}，坡度为 ` +
      `${showNumber(place.gradient[0])}。下一步为 −${showNumber(rate)} × 坡度 = ${showNumber(-rate * place.gradient[0])}。`,
    rolls: {
      start: '小球在等待。',
      crawls: '它在爬行：每一步只让代价降低一点点。',
      rolls: '它在往下滚：坡越缓，步子越短。',
      overshoots: '它越过了最低点，但每次都落得更低。',
      diverges: '它在发散：跳得太远，落点比之前更高。',
      settled: '它稳定下来了：这里已经没有坡度。',
    },

    valley: '两个权重：一道山谷',
    valleySentence: '普通梯度下降在山谷两侧来回摆动；动量会保持速度；Adam 让每个权重有自己的步调。',
    valleyLabel: '两个权重上的代价等高线，以及三种优化方法的路径',
    runners: { descent: '普通梯度下降', momentum: '带动量', adam: 'Adam' },
    runnerColumns: (name) => [`${name}：权重`, `${name}：代价`],
    momentum: '动量',
    adamRate: 'Adam 的学习率',
    startMark: '起点：可以拖动，也可以用方向键',
    startAt: (first, second, cost) => `权重 ${showNumber(first)} 和 ${showNumber(second)}，代价 ${showNumber(cost)}`,
    landscape: '地形',
    longValley: '长谷：有两个输入的线性神经元',
    twoValleys: '双谷：一个 tanh 神经元接一个线性神经元',
    raceOver: (ends) =>
      `它们停下来了。普通梯度下降：${ends[0].steps} 步后代价为 ${showNumber(ends[0].cost)}。带动量：` +
      `${ends[1].steps} 步后为 ${showNumber(ends[1].cost)}。Adam：${ends[2].steps} 步后为 ${showNumber(ends[2].cost)}。`,

    slice: '真实的代价：你的网络的一个切面',
    sliceSentence: (parameters) =>
      `本页的网络有 ${parameters.toLocaleString('zh')} 个权重和偏置。没有哪张图能画出这么多方向，所以只随机选取两个方向：` +
      '每个方向都同时移动所有权重。',
    takeSlice: '计算一个切面',
    sliceAgain: '在当前位置重新计算',
    sliceWaits: (points) => `正在用本库计算 ${points} 个位置的代价，需要几秒钟。`,
    sliceFailed: (message) => `没有得到切面：${message}`,
    sliceLabel: '网络的代价在两个随机方向上的等高线',
    direction: (number) => `方向 ${number}`,
    thenMark: '计算切面时的网络',
    nowMark: '现在的网络',
    movedMark: '从这个平面看，它怎样移动',
    sliceHint:
      '让网络在“观看学习”中继续学习，再回到这里：圆点会离开十字。它的路程大部分不在这个平面内，所以圆点移动得不多。' +
      '长度 1 等于权重本身的长度。',
    moved: (before, now, distance, height) =>
      `在这些样本上的代价：十字处为 ${showNumber(before)}，现在为 ${showNumber(now)}。权重移动了 ${showNumber(distance)}，` +
      `离这个平面 ${showNumber(height)}。`,
    costAlong: (number) => `沿方向 ${number} 的代价`,
    sliceTable: '两条坐标轴上的数值',
  },

  settling: {
    title: '趋于稳定',
    sentence: '找到规律的网络，权重移动得越来越少；没有规律可循，它就不会稳定下来。',
  },

  backpropagation: {
    title: '反向传播',
    sentence: '输出端的误差沿网络反向传播，告诉每个权重应该怎样改变。',
  },

  plane: {
    title: '两个输入',
    sentence: '只有两个输入时，网络知道的一切都看得见：它在哪里划分两个类别。',
    data: '数据点',
    presets: {
      clusters: '两团',
      circle: '圆环',
      xor: '异或',
      spirals: '螺旋',
      empty: '空白：自己画',
    },
    ownData: '你的表格',
    play: '学习',
    pause: '暂停',
    oneEpoch: '学一轮',
    again: '重新开始',
    status: (epochs, cost, accuracy) =>
      cost === undefined
        ? '没有可以学习的点。'
        : `${epochs} 轮：代价 ${showNumber(cost)}` +
          (accuracy === undefined ? '' : `，正确率 ${showNumber(100 * accuracy)} %`),
    failed: (message) => `学习停止了：${message}`,
    plane: '平面',
    network: '网络',
    pictureLabel: '平面上的点，以及网络在各处的回答',
    classOne: '类别 1',
    classZero: '类别 0',
    wrongMark: '回答错误',
    boundaryMark: '分界线：输出为二分之一',
    colors: (one, zero) => `平面的颜色就是输出：颜色最深表示确信是“${one}”或“${zero}”，没有颜色表示拿不定主意。`,
    tool: '点击或按回车键',
    add: (name) => `添加${name}`,
    remove: '删除最近的点',
    keys: '在平面中，方向键移动光标（同时按 Shift 步子更大），回车键执行，Delete 键删除。',
    cursor: '平面中的光标',
    cursorAt: (x, y) => `${showNumber(x)}，${showNumber(y)}`,
    added: (name, x, y, count) => `在 ${showNumber(x)}，${showNumber(y)} 处添加了${name}，共 ${count} 个点。`,
    removed: (count) => `删除了一个点，还有 ${count} 个点。`,
    inputs: '输入',
    output: '输出',
    layerShort: (layer) => `第 ${layer} 层`,
    neuronName: (layer, neuron) => `神经元 ${layer}.${neuron}`,
    positiveWeight: '正权重：越粗越大',
    negativeWeight: '负权重',
    maps: '每张小图是一个神经元眼中的整个平面。选择一个神经元，就可以修改它的权重和偏置。',
    weightFrom: (source) => `${source} 的权重`,
    bias: '偏置',
    curveLabel: '每一轮之后的代价',
    cost: '代价',
    epoch: '轮',
    learningRate: '学习率',
    pace: '速度',
    paces: { slow: '慢', medium: '中', fast: '快' },
    activation: '隐藏神经元的激活函数',
    layers: '隐藏层数',
    neuronsOf: (layer) => `第 ${layer} 层的神经元数`,
    seed: '随机种子',
    sameSeed: '种子相同，数据点、初始权重和学习过程就都相同。',
    table: '所有权重和偏置的数值',
    ownPoints: '使用你自己的点',
    ownSentence: '粘贴一个表格（CSV），或打开一个文件。需要两列数字，以及一列恰好有两种取值的类别。数据不会离开本页。',
    paste: '表格',
    openFile: '打开文件',
    columnRoles: { x: '横轴', y: '纵轴', label: '类别' },
    takePoints: (count) => `显示 ${count} 个点`,
    fileTooLarge: (bytes, limit) =>
      `文件有 ${bytes.toLocaleString('zh')} 字节，最多只能有 ${limit.toLocaleString('zh')} 字节。`,
    problem: (problem) => {
      switch (problem.kind) {
        case 'no rows':
          return '表格中没有数据行：每个点应占一行。'
        case 'columns':
          return `第一行有 ${problem.found} 列，至少需要 3 列：两列数字和一列类别。`
        case 'cells':
          return `第 ${problem.line} 行有 ${problem.found} 个单元格，应与第一行一样有 ${problem.expected} 个。`
        case 'open quote':
          return `从第 ${problem.line} 行开始的记录中，有一个引号没有闭合。`
        case 'after quote':
          return `第 ${problem.line} 行：引号闭合之后应是分隔符，却是“${problem.text}”。`
        case 'number':
          return `第 ${problem.line} 行，“${problem.column}”列：应是数字，却是“${problem.text}”。`
        case 'classes':
          return `“${problem.column}”列有 ${problem.found} 种取值，应恰好有 2 种，每个类别一种。`
        case 'too many':
          return `表格有 ${problem.found} 行，最多只能有 ${problem.limit} 行。`
      }
    },
  },

  perceptron: {
    title: '感知器',
    sentence: '感知器权衡支持与反对的理由，再把总和与阈值比较。',
    question: '要不要去音乐节？好天气最重要，有朋友同去和有公共交通次之。今天成立的理由加起来超过我的阈值，我就去。',
    weights: '各有多重要',
    reasons: { weather: '天气好', friend: '有朋友同去', transport: '有公共交通' },
    shortReasons: { weather: '天气', friend: '朋友', transport: '交通' },
    threshold: '阈值',
    choosy: '挑剔：阈值 5',
    eager: '积极：阈值 3',
    today: '今天',
    answer: '答案',
    pictureLabel: '三个输入及其权重、与阈值比较的总和，以及答案',
    times: (weight, input) => `${showNumber(weight)} × ${input}`,
    compare: (sum, threshold, step) =>
      step === 1
        ? `总和为 ${showNumber(sum)}，超过阈值 ${showNumber(threshold)}：去。`
        : `总和为 ${showNumber(sum)}，没有超过阈值 ${showNumber(threshold)}：不去。`,
    speaksFor: '支持去：越粗越重要',
    speaksAgainst: '反对去',
    silent: '今天不成立：按 0 计算',
    cases: '全部八种情况',
    shown: '显示',
    sum: '总和',
    isAbove: (threshold) => `超过 ${showNumber(threshold)}？`,
    step: '感知器',
    sigmoid: 'Sigmoid',
    yes: '是',
    no: '否',
    go: '去',
    stay: '不去',
    caseName: (inputs) =>
      inputs.every((input) => input === 0)
        ? '没有任何支持的理由'
        : ['天气', '朋友', '交通'].filter((_, i) => inputs[i] === 1).join('、'),
    curves: '阶跃与 sigmoid 对比',
    curvesSentence:
      '感知器在阈值处从“不去”突然跳到“去”。权重相同的 sigmoid 神经元则从 0 平滑地变到 1，所以权重的微小变化只让输出变化一点点。' +
      '正因如此，它可以一小步一小步地学习。',
    chartLabel: '感知器和 sigmoid 神经元的输出随总和的变化',
    sumAxis: '总和',
    outputAxis: '输出',
    cursor: '当前显示的情况：用方向键移到下一个总和',
    cursorText: (sum, step, sigmoid, inputs) =>
      `输入 ${inputs.join('、')}：总和 ${showNumber(sum)}，感知器 ${step}，sigmoid 神经元 ${sigmoid.toFixed(3)}`,
    stepCurve: '感知器（阶跃）',
    sigmoidCurve: 'sigmoid 神经元',
    thresholdLine: '阈值',
    caseMarks: '八种情况在两条曲线上的位置',
    cursorMark: '当前显示的情况',
    openMark: '总和正好等于阈值时，感知器仍然不去',
    sharpness: 'sigmoid 的陡峭程度',
    sharpnessSentence: '陡峭程度同时乘以 sigmoid 神经元的权重和阈值。越陡，它就越像阶跃函数。',
    teach: '让它自己学会权重',
    teachSentence: '说出每种情况下你会怎么做。感知器规则从权重 0 开始，每犯一次错就修正一次权重。',
    wanted: '在这些情况下去',
    learn: '学习权重',
    exclusive: '试一试：天气或朋友，但不同时',
    lesson: ({ weights, threshold, converged, epochs, mistakes, wrong }) =>
      converged
        ? `用 ${epochs} 轮、${mistakes} 次修正学会了：权重 ${weights.map(showNumber).join('、')}，阈值 ${showNumber(threshold)}。` +
          '上面的滑块显示了它们。'
        : `没有任何权重能给出这些答案：${epochs} 轮之后，最好的权重在 8 种情况中仍错 ${wrong} 种。一个神经元只能画一条直的分界，` +
          '而这些情况需要更多。',
  },
}
