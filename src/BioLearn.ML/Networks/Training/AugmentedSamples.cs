using BioLearn.Kernels.Random;

namespace BioLearn.ML.Networks;

/// <summary>The rows of a training, augmented anew in every epoch by a stream of its own: how often and where a training is interrupted changes no pixel.</summary>
internal sealed class AugmentedSamples
{
    private readonly PictureAugmentation _augmentation;
    private readonly Samples<float> _original;
    private readonly TensorShape _shape;
    private readonly long _seed;
    private readonly float[] _features;

    private AugmentedSamples(PictureAugmentation augmentation, Samples<float> original, TensorShape shape, long seed)
    {
        (_augmentation, _original, _shape, _seed) = (augmentation, original, shape, seed);
        _features = new float[original.Features.Length];
    }

    /// <summary>Null where nothing is augmented.</summary>
    /// <exception cref="InvalidOperationException">The rows are no pictures, or are not held in memory.</exception>
    public static AugmentedSamples? Of(NetworkOptions options, Samples<float> training, TensorShape input, bool inBlocks, long seed)
    {
        if (options.Augmentation is not { IsNone: false } augmentation)
            return null;
        if (augmentation.NeedsPictures && input.IsVector)
            throw new InvalidOperationException($"Augmentation moves or mirrors pictures; the rows are vectors of {input.Size}. Set InputShape to channels, height and width.");
        if (inBlocks)
            throw new InvalidOperationException($"Augmentation needs all rows in memory; RowsInMemory is {options.RowsInMemory}. Leave it at 0.");
        if (training.Sparse is not null)
            throw new InvalidOperationException("Augmentation changes dense rows; those of the feature column are sparse.");
        return new(augmentation, training, input, seed);
    }

    /// <summary>The rows as an epoch, counted from 1, sees them; they share the memory of the epoch before.</summary>
    public Samples<float> Epoch(int epoch)
    {
        _augmentation.Apply(_original.Features.Span, _shape, new RandomStream(_seed, $"augmentation/{epoch}"), _features);
        Samples<float> rows = _original.Classes.IsEmpty
            ? Samples<float>.OfTargets(_features, _original.Targets, _original.Count, _original.Weights)
            : Samples<float>.OfClasses(_features, _original.Classes, _original.Weights);
        return rows.With(_original.Map).With(_original.Instructions);
    }
}
