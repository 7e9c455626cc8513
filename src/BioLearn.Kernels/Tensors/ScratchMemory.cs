namespace BioLearn.Kernels.Tensors;

/// <summary>
/// Working memory of the calling thread, kept between calls so that hot paths allocate nothing. A kernel names what it needs a block for;
/// two blocks of one name cannot be in use at once.
/// </summary>
internal static unsafe class ScratchMemory<T>
    where T : unmanaged
{
    [ThreadStatic]
    private static NativeBuffer<T>?[]? _blocks;

    /// <summary>At least <paramref name="length"/> elements, 64-byte aligned, of unknown content.</summary>
    public static T* Take(ScratchUse use, long length)
    {
        var blocks = _blocks ??= new NativeBuffer<T>?[Enum.GetValues<ScratchUse>().Length];
        ref var block = ref blocks[(int)use];
        if (block is null || block.Length < length)
        {
            if (length > int.MaxValue)
                throw new ArgumentOutOfRangeException(nameof(length), length, $"working memory for {use} has at most {int.MaxValue} elements");
            // Forgotten first: if there is no memory for its successor, the next caller must not find a block that was given back.
            block?.Dispose();
            block = null;
            block = new NativeBuffer<T>((int)length);
        }

        return block.Pointer;
    }
}

/// <summary>What a block of working memory holds.</summary>
internal enum ScratchUse
{
    /// <summary>Blocks of a matrix product's left factor.</summary>
    LeftFactor,

    /// <summary>Panels of a matrix product's right factor.</summary>
    RightFactor,

    /// <summary>Panels of a right factor that several threads read.</summary>
    SharedPanels,

    /// <summary>The transpose of a block of a matrix product.</summary>
    TransposedProduct,

    /// <summary>The padded input with channels last.</summary>
    Input,

    /// <summary>Sums of a block of pixels.</summary>
    Sums,

    /// <summary>Sums of a whole picture with channels last.</summary>
    Picture,

    /// <summary>Transformed tiles of the input.</summary>
    TransformedInput,

    /// <summary>Transformed tiles of the output.</summary>
    TransformedOutput,

    /// <summary>One number a channel.</summary>
    Channels,

    /// <summary>The commonest value of each channel.</summary>
    Backgrounds,

    /// <summary>What the constants of all channels add to a pixel through each tap.</summary>
    Shares,

    /// <summary>The input of a convolution as each of its taps sees it.</summary>
    Windows,

    /// <summary>Every so many rows and columns of a picture's planes, side by side.</summary>
    Phases,

    /// <summary>Rows' maxima while planes are pooled.</summary>
    Pooling,

    /// <summary>Weights of neighbouring groups side by side.</summary>
    GroupWeights,

    /// <summary>What the rows of a gather read.</summary>
    Rows,

    /// <summary>What the columns of a gather read.</summary>
    Columns,

    /// <summary>Which lanes of what a tap reads lie within the row.</summary>
    Masks,

    /// <summary>A plane of credit between zeros.</summary>
    Credit,

    /// <summary>The numbers of a picture that differ from their channel's background, position by position.</summary>
    Entries,
}
