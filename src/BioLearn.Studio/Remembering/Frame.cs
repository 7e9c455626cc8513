namespace BioLearn.Studio.Remembering;

/// <summary>A moment of a recollection.</summary>
/// <param name="State">[64], from -1 to 1, 0 where nothing is known.</param>
/// <param name="Energy">Its energy, where there is one.</param>
public sealed record Frame(float[] State, double? Energy);
