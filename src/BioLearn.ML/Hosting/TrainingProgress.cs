using BioLearn.ML.Hosting;

namespace BioLearn.ML.Hosting;

/// <summary>What a trainer reports after each epoch.</summary>
/// <param name="Epoch">Epochs done, from 1.</param>
/// <param name="EpochCount">Epochs that there will be at most.</param>
/// <param name="Loss">Mean training loss over the epoch.</param>
/// <param name="ValidationLoss">Mean loss on the validation set after the epoch, if there is one.</param>
/// <param name="ValidationAccuracy">Share of the validation rows whose class was found, if there are any and the labels are classes.</param>
public sealed record TrainingProgress(int Epoch, int EpochCount, double Loss, double? ValidationLoss = null, double? ValidationAccuracy = null);
