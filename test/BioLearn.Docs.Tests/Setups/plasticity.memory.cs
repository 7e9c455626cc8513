using BioLearn.ML.Plasticity;

IProgress<PlasticTrainingProgress>? progress = null;
var cancellationToken = CancellationToken.None;
var draw = new Random(1);
float[] patterns = [.. Enumerable.Range(0, 3 * 28).Select(_ => draw.Next(2) == 0 ? -1f : 1f)], degraded = [.. patterns.Take(28)], completed = new float[28];
degraded.AsSpan(0, 10).Clear();
// block 1
Made.Check(completed.Zip(patterns).Count(p => Math.Sign(p.First) == Math.Sign(p.Second)) >= 22, "most of the pattern came back");
