namespace BioLearn.Kernels.Spiking;

/// <summary>The neurons of a spiking layer: rows x columns x maps. Neuron (y, x, m) has the index (y Width + x) Maps + m.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Maps">Maps, or feature maps.</param>
internal readonly record struct SpikePlane(int Height, int Width, int Maps)
{
    public int Positions => Height * Width;

    public int Neurons => Height * Width * Maps;

    /// <summary>The plane that windows of <paramref name="kernel"/> x <paramref name="kernel"/> make, the border padded by half a kernel.</summary>
    public SpikePlane Window(int kernel, int stride, int maps) => new(Windows(Height, kernel, stride), Windows(Width, kernel, stride), maps);

    private static int Windows(int size, int kernel, int stride) => 1 + (size + 2 * (kernel / 2) - kernel) / stride;
}
