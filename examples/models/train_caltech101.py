#!/usr/bin/env python3
"""Trains the three bundled networks on Caltech-101 and writes them as ONNX files with float16 weights.

    python train_caltech101.py --data 101_ObjectCategories --out out [--networks alexnet convpool resnet18] [--minutes 4 1.5 2.5]

DATA is the unpacked Caltech-101 (https://data.caltech.edu/records/mzrjq-6wc02, CC BY 4.0): one folder of JPEG files a
class; the class BACKGROUND_Google is left out. Needs PyTorch with a CUDA GPU, onnx, numpy and Pillow. The length of a
training is a time, so that results differ a little from machine to machine.
"""
import argparse
import copy
import json
import math
import random
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

STORED = 256  # pictures are kept at this size and cropped to SIZE
SIZE = 224
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
TEST_RULE = "every 5th image of each class in file-name order, from the first"


# --- data ------------------------------------------------------------------------------------------------------------

def read_picture(path):
    """Shorter side to 256 (bicubic), centre 256 x 256."""
    picture = Image.open(path).convert("RGB")
    scale = STORED / min(picture.size)
    width, height = (max(STORED, round(side * scale)) for side in picture.size)
    left, top = (width - STORED) // 2, (height - STORED) // 2
    picture = picture.resize((width, height), Image.BICUBIC).crop((left, top, left + STORED, top + STORED))
    return np.asarray(picture)


def load(folder):
    """Class names, pictures [n, 3, 256, 256] as bytes, labels, and which pictures are for testing."""
    classes = sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name != "BACKGROUND_Google")
    files, labels, for_test = [], [], []
    for label, name in enumerate(classes):
        for position, path in enumerate(sorted((folder / name).glob("*.jpg"))):
            files.append(path)
            labels.append(label)
            for_test.append(position % 5 == 0)
    with Pool() as pool:
        pictures = np.stack(pool.map(read_picture, files, chunksize=64))
    return classes, torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels), torch.tensor(for_test)


def normalized(pictures):
    return (pictures - MEAN.to(pictures.device)) / STD.to(pictures.device)


def augment(pictures):
    """A random crop of a quarter to all of the area, mirrored, turned up to 11 degrees, with other light and colour."""
    x = pictures.float() / 255
    n, device = len(x), x.device

    def uniform(low, high, *shape):
        return torch.empty(n, *shape, device=device).uniform_(low, high)

    area, ratio = uniform(0.25, 1), torch.exp(uniform(-0.288, 0.288))
    wide, high = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    mirror = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    angle = uniform(-0.2, 0.2)
    view = torch.zeros(n, 2, 3, device=device)
    view[:, 0, 0], view[:, 0, 1], view[:, 0, 2] = wide * mirror * angle.cos(), -wide * angle.sin(), uniform(-1, 1) * (1 - wide)
    view[:, 1, 0], view[:, 1, 1], view[:, 1, 2] = high * mirror * angle.sin(), high * angle.cos(), uniform(-1, 1) * (1 - high)
    grid = F.affine_grid(view, (n, 3, SIZE, SIZE), align_corners=False)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    x = x * uniform(0.6, 1.4, 1, 1, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * uniform(0.6, 1.4, 1, 1, 1) + mean
    grey = x.mean(1, keepdim=True)
    x = (x - grey) * uniform(0.5, 1.5, 1, 1, 1) + grey
    return normalized(x.clamp(0, 1))


# --- networks --------------------------------------------------------------------------------------------------------

class ConvNorm(nn.Module):
    """Convolution and batch norm, which `folded` makes one convolution."""

    def __init__(self, inputs, outputs, kernel, stride, padding):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")

    def forward(self, x):
        return self.norm(self.conv(x))

    def folded(self):
        scale = (self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)).detach()
        c = self.conv
        result = nn.Conv2d(c.in_channels, c.out_channels, c.kernel_size, c.stride, c.padding)
        result.weight.data = c.weight.detach() * scale[:, None, None, None]
        result.bias.data = self.norm.bias.detach() - self.norm.running_mean * scale
        return result


class AlexNet(nn.Module):
    """The convolutions of torchvision's AlexNet, and fully connected layers of 448 units instead of 4096."""

    def __init__(self, classes, hidden=448):
        super().__init__()
        self.features = nn.Sequential(
            ConvNorm(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            ConvNorm(64, 192, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            ConvNorm(192, 384, 3, 1, 1), nn.ReLU(), ConvNorm(384, 256, 3, 1, 1), nn.ReLU(),
            ConvNorm(256, 256, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2))
        self.classifier = nn.Sequential(
            nn.Dropout(0.5), nn.Linear(256 * 6 * 6, hidden), nn.ReLU(),
            nn.Dropout(0.5), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, classes))
        for layer in self.classifier:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        smooth_start(self.features[0].conv, sigma=0.9)

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))

    def folded(self):
        result = copy.deepcopy(self).float().cpu().eval()
        for i, layer in enumerate(result.features):
            if isinstance(layer, ConvNorm):
                result.features[i] = layer.folded()
        return result

    def with_convolutions_for_pools(self):
        """Each max-pool becomes a 3x3 stride-2 convolution without activation that begins as 0.2 times the sum of each channel's window."""
        result = copy.deepcopy(self)
        for i, layer in enumerate(result.features):
            if isinstance(layer, nn.MaxPool2d):
                channels = [l for l in result.features[:i] if isinstance(l, nn.Conv2d)][-1].out_channels
                conv = nn.Conv2d(channels, channels, 3, 2)
                nn.init.normal_(conv.weight, std=0.01)
                nn.init.zeros_(conv.bias)
                with torch.no_grad():
                    conv.weight += torch.eye(channels)[:, :, None, None] * 0.2
                result.features[i] = conv
        return result


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity() if stride == 1 and inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        main = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(main + self.shortcut(x))


class ResNet18(nn.Module):
    def __init__(self, classes, width=40):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        blocks, inputs = [], width
        for stage, outputs in enumerate([width, 2 * width, 4 * width, 8 * width]):
            blocks += [Block(inputs, outputs, 1 if stage == 0 else 2), Block(outputs, outputs, 1)]
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(inputs, classes)
        smooth_start(self.stem[0], sigma=1.2)

    def forward(self, x):
        return self.classifier(torch.flatten(self.pool(self.blocks(self.stem(x))), 1))


def smooth_start(conv, sigma):
    """Blurs the first kernels, keeping their spread: smooth filters draw readable recollections."""
    offset = torch.arange(7).float() - 3
    line = torch.exp(-offset * offset / (2 * sigma * sigma))
    blur = line[:, None] * line[None]
    weight = conv.weight.data
    flat = weight.reshape(-1, 1, *weight.shape[2:])
    smooth = F.conv2d(flat, (blur / blur.sum())[None, None], padding=3).reshape(weight.shape)
    conv.weight.data = smooth * (weight.std() / smooth.std())


def roughness(weight):
    """Squared differences of neighbouring taps, relative to the energy of each filter."""
    energy = (weight * weight).sum((1, 2, 3)) + 1e-8
    down = ((weight[:, :, 1:] - weight[:, :, :-1]) ** 2).sum((1, 2, 3))
    right = ((weight[:, :, :, 1:] - weight[:, :, :, :-1]) ** 2).sum((1, 2, 3))
    return ((down + right) / energy).mean()


# --- training --------------------------------------------------------------------------------------------------------

@torch.no_grad()
def accuracy(net, pictures, labels):
    net.eval()
    margin = (STORED - SIZE) // 2
    top1 = top5 = 0
    for start in range(0, len(pictures), 256):
        crop = pictures[start:start + 256, :, margin:margin + SIZE, margin:margin + SIZE].float() / 255
        logits, wanted = net(normalized(crop)), labels[start:start + 256]
        top1 += (logits.argmax(1) == wanted).sum().item()
        top5 += (logits.topk(5, 1)[1] == wanted[:, None]).any(1).sum().item()
    return top1 / len(pictures), top5 / len(pictures)


def train(net, data, seconds, learning_rate, smooth_weight, smoothness, batch=128, decay=0.05):
    """AdamW, cosine schedule over the given time, mixup on half of the batches, label smoothing 0.05."""
    pictures, labels, test_pictures, test_labels = data
    net = net.cuda().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), lr=learning_rate, weight_decay=decay)
    classes, start, steps, epochs = int(labels.max()) + 1, time.time(), 0, 0
    while time.time() - start < seconds:
        net.train()
        for chosen in torch.randperm(len(pictures), device="cuda").split(batch):
            if len(chosen) < batch:
                continue
            done = min(1.0, (time.time() - start) / seconds)
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * min(1, (steps + 1) / 300) * 0.5 * (1 + math.cos(math.pi * done))
            x, target = augment(pictures[chosen]), F.one_hot(labels[chosen], classes).float()
            if random.random() < 0.5:
                share, other = random.betavariate(0.4, 0.4), torch.randperm(batch, device="cuda")
                x, target = share * x + (1 - share) * x[other], share * target + (1 - share) * target[other]
            target = 0.95 * target + 0.05 / classes
            with torch.autocast("cuda", torch.bfloat16):
                logits = net(x.contiguous(memory_format=torch.channels_last))
            loss = -(target * F.log_softmax(logits.float(), 1)).sum(1).mean() + smoothness * roughness(smooth_weight)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimizer.step()
            steps += 1
        epochs += 1
    top1, top5 = accuracy(net, test_pictures, test_labels)
    print(f"{epochs} epochs, test top-1 {top1:.4f}, top-5 {top5:.4f}", flush=True)
    return dict(epochs=epochs, test_top1=top1, test_top5=top5, seconds=round(time.time() - start), lr=learning_rate, wd=decay,
                batch=batch, params=sum(p.numel() for p in net.parameters()))


# --- export ----------------------------------------------------------------------------------------------------------

def export(net, path):
    """ONNX, operator set 17, free batch; tensors of 1,024 values or more become float16 behind a Cast."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    net = net.float().cpu().eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(net, torch.randn(1, 3, SIZE, SIZE), str(path), input_names=["input"], output_names=["logits"],
                      opset_version=17, dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}}, dynamo=False)
    model = onnx.load(str(path))
    graph, casts = model.graph, []
    for tensor in list(graph.initializer):
        if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= 1024:
            half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name + "_fp16")
            graph.initializer.remove(tensor)
            graph.initializer.append(half)
            casts.append(helper.make_node("Cast", [half.name], [tensor.name], name="Cast_" + tensor.name, to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of Caltech-101, one folder a class")
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--networks", nargs="+", choices=["alexnet", "convpool", "resnet18"], default=["alexnet", "convpool", "resnet18"])
    parser.add_argument("--minutes", nargs=3, type=float, default=[4, 1.5, 2.5], metavar=("ALEXNET", "CONVPOOL", "RESNET18"))
    arguments = parser.parse_args()
    if "convpool" in arguments.networks and "alexnet" not in arguments.networks:
        parser.error("convpool is fine-tuned from alexnet: name both")

    torch.backends.cudnn.benchmark = True
    for seed in (torch.manual_seed, np.random.seed, random.seed):
        seed(0)
    classes, pictures, labels, for_test = load(arguments.data)
    print(f"{len(classes)} classes, {int((~for_test).sum())} pictures to train on, {int(for_test.sum())} to test on", flush=True)
    data = [t.cuda() for t in (pictures[~for_test], labels[~for_test], pictures[for_test], labels[for_test])]
    seconds = dict(zip(["alexnet", "convpool", "resnet18"], (60 * m for m in arguments.minutes)))
    arguments.out.mkdir(parents=True, exist_ok=True)
    reports = []

    def keep(report, net, name, file):
        export(net, arguments.out / file)
        reports.append(dict(name=name, file=file, **report))

    if "alexnet" in arguments.networks:
        net = AlexNet(len(classes))
        report = train(net, data, seconds["alexnet"], 8e-4, net.features[0].conv.weight, 0.03)
        folded = net.folded()
        keep(report, folded, "alexnet", "alexnet-caltech101.onnx")
        if "convpool" in arguments.networks:
            net = folded.with_convolutions_for_pools()
            report = train(net, data, seconds["convpool"], 2e-4, net.features[0].weight, 0.03)
            keep(report, net, "convpool", "alexnet-convpool-caltech101.onnx")
    if "resnet18" in arguments.networks:
        net = ResNet18(len(classes))
        report = train(net, data, seconds["resnet18"], 2e-3, net.stem[0].weight, 0.3)
        keep(report, net, "resnet18w40", "resnet18w40-caltech101.onnx")
    (arguments.out / "report.json").write_text(json.dumps(dict(classes=classes, test_rule=TEST_RULE, reports=reports, torch=torch.__version__), indent=1))


if __name__ == "__main__":
    main()
