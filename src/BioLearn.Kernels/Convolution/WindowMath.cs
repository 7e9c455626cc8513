namespace BioLearn.Kernels.Convolution;

/// <summary>Arithmetic of sliding windows that convolution and pooling share.</summary>
internal static class WindowMath
{
    /// <summary>
    /// Number of windows along one axis. With <paramref name="ceiling"/> a last window may hang over the end,
    /// but it must start inside the picture or its leading padding (the rule of PyTorch and ONNX Runtime).
    /// </summary>
    public static int OutputSize(int size, int kernel, int stride, int padBegin, int padEnd, int dilation, bool ceiling)
    {
        Positive(stride, nameof(stride));
        int room = size + padBegin + padEnd - dilation * (kernel - 1) - 1;
        if (room < 0)
            throw new ArgumentOutOfRangeException(nameof(kernel), kernel, $"with dilation {dilation} reaches beyond {size} pixels padded by {padBegin} + {padEnd}");
        if (!ceiling) return room / stride + 1;
        int count = (int)(((long)room + stride - 1) / stride) + 1;
        return (count - 1L) * stride >= size + padBegin ? count - 1 : count;
    }

    /// <summary>The range of window positions whose tap at <paramref name="offset"/> (tap·dilation − pad) lies inside [0, size).</summary>
    public static (int Begin, int End) ValidRange(int offset, int stride, int size, int count)
    {
        int begin = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
        int end = size - 1 - offset < 0 ? 0 : (size - 1 - offset) / stride + 1;
        return (Math.Min(begin, count), Math.Clamp(end, Math.Min(begin, count), count));
    }

    public static void Positive(int value, string name)
    {
        if (value < 1) throw new ArgumentOutOfRangeException(name, value, "must be at least 1");
    }

    public static void Length(int actual, long expected, string name)
    {
        if (actual != expected) throw new ArgumentException($"holds {actual} elements, the shape asks for {expected}", name);
    }
}
