using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>A competitive layer at every place of a picture: currents, activation, pooling. Holds the memory of one picture and serves one thread.</summary>
internal sealed class PatchMapper
{
    private readonly PatchSpec _spec;
    private readonly RowPreparation _preparation;
    private readonly float[] _weights; // [units, patch]
    private readonly CompetitiveActivation _activation;
    private readonly float _power;
    private readonly int _units;
    private readonly int _places;
    private readonly PoolingShape? _pooling;
    private readonly float[] _patches; // [places, patch]
    private readonly float[] _currents; // [units, places]
    private readonly float[] _mean; // [places]

    public PatchMapper(PatchSpec spec, RowPreparation preparation, float[] weights, CompetitiveActivation activation, float power)
    {
        _spec = spec;
        _preparation = preparation;
        _weights = weights;
        _activation = activation;
        _power = power;
        _units = weights.Length / spec.Length;
        (int rows, int columns) = spec.Places;
        _places = checked(rows * columns);
        _pooling = spec.PoolingShape(_units);
        _patches = new float[checked(_places * spec.Length)];
        _currents = new float[checked(_places * _units)];
        _mean = new float[_places];
    }

    /// <summary>See <see cref="Hosting.FeatureMapper"/>.</summary>
    public void Map(ReadOnlySpan<float> pictures, int rows, float[][] outputs)
    {
        if (outputs[0].Length == 0)
            return;
        int picture = _spec.Picture.Size, output = _pooling?.OutputLength ?? _currents.Length;
        for (int r = 0; r < rows; r++)
            MapOne(pictures.Slice(r * picture, picture), outputs[0].AsSpan(r * output, output));
    }

    private void MapOne(ReadOnlySpan<float> picture, Span<float> output)
    {
        PatchRows.Unfold(_spec, picture, _patches);
        _preparation.Apply(_patches);
        MatrixSpan<float> currents = new(_pooling is null ? output : _currents, _units, _places);
        Gemm.NT<float>(new(_weights, _units, _spec.Length), new(_patches, _places, _spec.Length), currents);
        CompetitiveActivations.ApplyToUnits(_activation, _power, currents, _mean);
        if (_pooling is not { } pooling)
            return;
        if (_spec.Pooling == PatchPooling.Max)
            MaxPooling.Forward<float>(pooling, 1, _currents, output, []);
        else
            AveragePooling.Forward<float>(pooling, 1, includePadding: false, _currents, output);
    }
}
