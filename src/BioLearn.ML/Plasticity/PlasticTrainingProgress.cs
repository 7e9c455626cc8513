namespace BioLearn.ML.Plasticity;

/// <summary>How the training of a plastic network stands, after each update.</summary>
/// <param name="Update">Updates done, from 1.</param>
/// <param name="Updates">Updates to do.</param>
/// <param name="Loss">Mean loss of the update's episodes.</param>
/// <param name="AbsoluteError">Mean over the update's episodes of Σ |output - target|.</param>
/// <param name="WrongSigns">Share of pattern elements whose sign was wrong, in [0, 1].</param>
public readonly record struct PlasticTrainingProgress(int Update, int Updates, double Loss, double AbsoluteError, double WrongSigns);
