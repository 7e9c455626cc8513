namespace BioLearn.ML.Networks;

/// <summary>A tensor of a trained network, copied.</summary>
/// <param name="Name">"W", "b", "gain", or a rule's own such as "K".</param>
/// <param name="Layer">The layer it belongs to, from 1.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="IsVector">Whether it is a number a unit or channel (bias, gain), not a matrix.</param>
/// <param name="Values">[rows, columns], row by row.</param>
public sealed record NetworkTensor(string Name, int Layer, int Rows, int Columns, bool IsVector, float[] Values);
