namespace BioLearn.ML.Networks;

/// <summary>What a tensor is to the network; decides which optimizer options act on it.</summary>
public enum ParameterRole
{
    /// <summary>Forward weights W.</summary>
    Weight,

    /// <summary>Biases b.</summary>
    Bias,

    /// <summary>Feedback weights of a rule, through which credit comes down.</summary>
    Feedback,

    /// <summary>Gain of a normalization.</summary>
    Gain,

    /// <summary>Shift of a normalization.</summary>
    Shift,

    /// <summary>Follows the data and is not learned, such as a running mean.</summary>
    RunningStatistic,

    /// <summary>Any other tensor that a rule asked for.</summary>
    Side,
}
