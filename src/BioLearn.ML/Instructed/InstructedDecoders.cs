namespace BioLearn.ML.Instructed;

/// <summary>What reads the answer from the top of an instructed network.</summary>
public enum InstructedDecoders
{
    /// <summary>One last layer for whatever is asked.</summary>
    One,

    /// <summary>A last layer for each task, of which the row's task takes its own; the instruction must be a key.</summary>
    PerTask,
}
