using BioLearn.ML.Spiking;

const int steps = 50;
float[] preSpikes = [.. Enumerable.Range(0, steps * 100).Select(i => i % 7 == 0 ? 1f : 0f)], postSpikes = [.. Enumerable.Range(0, steps * 10).Select(i => i % 11 == 0 ? 1f : 0f)];
// block 6
Made.Check(synapses.Weights.ToArray().Any(w => w != .5f) && synapses.Weights.ToArray().All(w => w is >= 0 and <= 1), "weights moved within their bounds");
