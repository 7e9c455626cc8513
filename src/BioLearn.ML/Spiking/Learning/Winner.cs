namespace BioLearn.ML.Spiking;

/// <summary>A neuron that learns at a step.</summary>
internal readonly record struct Winner(int Map, int Row, int Column, float Potential);
