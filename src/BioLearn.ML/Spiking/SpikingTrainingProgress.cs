namespace BioLearn.ML.Spiking;

/// <summary>How the training of a spiking network stands. Means are over the iterations since the report before.</summary>
/// <param name="Iteration">Iterations done, one picture each.</param>
/// <param name="Iterations">Iterations that there will be.</param>
/// <param name="Layer">Layer that learns, from 1.</param>
/// <param name="Convergence">Its mean of w(1-w): 0 when all weights are 0 or 1. Kheradpisheh et al. stop below 0.01.</param>
/// <param name="SpikesPerPicture">Its spikes, until it has nothing left to learn from the picture.</param>
/// <param name="UpdatesPerPicture">Neurons that learned.</param>
public sealed record SpikingTrainingProgress(int Iteration, int Iterations, int Layer, double Convergence, double SpikesPerPicture, double UpdatesPerPicture);
