using BioLearn.ML.Memories;

float[] patterns = [.. Enumerable.Range(0, 2 * 64).Select(i => i < 64 ? (i % 3 == 0 ? 1f : -1f) : (i / 8 % 2 == 0 ? 1f : -1f))], cue = [.. patterns[..64].Select((x, i) => i % 4 == 1 ? 0 : x)];
// block 5
Made.Check(completed.SequenceEqual(patterns[..64]), "the cue was completed");
