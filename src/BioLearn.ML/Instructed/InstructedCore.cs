namespace BioLearn.ML.Instructed;

/// <summary>The networks of the paper, by name (<see cref="InstructedNetworks"/>).</summary>
public enum InstructedCore
{
    /// <summary>Fully connected layers.</summary>
    FullyConnected,

    /// <summary>Two convolutions, each with a strided depthwise one behind it that pools, and a fully connected layer: the net of Multi-MNIST.</summary>
    Simple,

    /// <summary>Four convolutions and a fully connected layer.</summary>
    Convolutional,

    /// <summary>Two residual blocks between two convolutions.</summary>
    TinyResNet,

    /// <summary>ResNet-18 for small pictures.</summary>
    ResNet18,
}
