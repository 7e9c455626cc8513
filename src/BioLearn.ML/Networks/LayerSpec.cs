namespace BioLearn.ML.Networks;

/// <summary>One layer of a <see cref="NetworkSpec"/>.</summary>
public abstract record LayerSpec
{
    private protected LayerSpec()
    {
    }
}

/// <summary>Fully connected layer: a = h W' + b, φ(a). An image before it is flattened channel by channel.</summary>
/// <param name="Units">Number of units; at least 1.</param>
/// <param name="Activation">Activation of the units; ignored for the last layer, whose non-linearity the head decides.</param>
public sealed record Dense(int Units, Activation Activation = Activation.ReLU) : LayerSpec;

/// <summary>Two-dimensional convolution (cross-correlation, weights shared over space): a = W * h + b, φ(a).</summary>
/// <param name="Channels">Output channels; at least 1.</param>
/// <param name="KernelSize">Side of the square kernel; at least 1.</param>
/// <param name="Stride">Step between neighbouring outputs; at least 1.</param>
/// <param name="Padding">Zeros added at every side; at least 0, less than the kernel.</param>
/// <param name="Activation">Activation of the units.</param>
public sealed record Convolution2D(int Channels, int KernelSize, int Stride = 1, int Padding = 0, Activation Activation = Activation.ReLU) : LayerSpec;

/// <summary>Maximum over windows of the convolution before it.</summary>
/// <param name="Size">Side of the window; at least 1.</param>
/// <param name="Stride">Step between windows; 0 means <paramref name="Size"/>.</param>
public sealed record MaxPooling2D(int Size, int Stride = 0) : LayerSpec;

/// <summary>Mean over windows of the convolution before it.</summary>
/// <param name="Size">Side of the window; at least 1.</param>
/// <param name="Stride">Step between windows; 0 means <paramref name="Size"/>.</param>
public sealed record AveragePooling2D(int Size, int Stride = 0) : LayerSpec;
