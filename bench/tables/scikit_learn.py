"""Trains scikit-learn's MLP on tables, for `npm run bench:tables`. Each line of standard input is a task in JSON. A task either
splits one of the tables into a training and a test part, or trains on one part and judges by the other."""

import json
import sys
import time
import warnings

import pandas
from sklearn import datasets
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, mean_squared_error, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")


def split(source, columns, target, seed, train, test):
    if source.startswith("sklearn:"):
        data = getattr(datasets, "load_" + source[8:])(as_frame=True)
        table = data.data.assign(target=data.target)
    else:
        # Texts, so that the parts have the cells of the table as they are.
        table = pandas.read_csv(source, dtype=str, keep_default_na=False)
    if columns:
        table = table[[*columns, target]]
    stratify = table[target] if table[target].nunique() <= 20 else None
    parts = train_test_split(table, test_size=0.2, random_state=seed, stratify=stratify)
    for part, path in zip(parts, [train, test]):
        part.to_csv(path, index=False)
    return {"rows": len(table)}


def learn(train, test, target, seed, early):
    missing = ["?", ""]
    table, other = pandas.read_csv(train, na_values=missing), pandas.read_csv(test, na_values=missing)
    inputs, answers = table.drop(columns=target), table[target]
    numbers = [name for name in inputs if inputs[name].dtype != object]
    texts = [name for name in inputs if inputs[name].dtype == object]
    start = time.perf_counter()
    encoder = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (
                "texts",
                make_pipeline(
                    SimpleImputer(strategy="constant", fill_value="missing"), OneHotEncoder(handle_unknown="ignore")
                ),
                texts,
            ),
        ],
        sparse_threshold=0,
    )
    is_classes = answers.dtype == object or answers.nunique() <= 20
    make = MLPClassifier if is_classes else MLPRegressor
    model = make_pipeline(encoder, make(random_state=seed, early_stopping=early))
    mean, deviation = (0, 1) if is_classes else (answers.mean(), answers.std())
    model.fit(inputs, answers if is_classes else (answers - mean) / deviation)
    result = {"seconds": time.perf_counter() - start}
    predicted, right = model.predict(other), other[target]
    if not is_classes:
        predicted = predicted * deviation + mean
        return {**result, "rmse": mean_squared_error(right, predicted) ** 0.5, "r2": r2_score(right, predicted)}
    result["accuracy"] = accuracy_score(right, predicted)
    if len(model.classes_) == 2:
        result["auc"] = roc_auc_score(right == model.classes_[1], model.predict_proba(other)[:, 1])
    return result


for line in sys.stdin:
    task = json.loads(line)
    run = split if task.pop("task") == "split" else learn
    print(json.dumps(run(**task)), flush=True)
