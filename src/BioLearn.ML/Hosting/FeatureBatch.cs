using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Computes the outputs of a feature model for a batch of rows.</summary>
internal sealed class FeatureBatch<TModel> : RowBatch
    where TModel : class, IFeatureModel<TModel>
{
    private readonly int _width;
    private readonly FeatureReader _source;
    private readonly FeatureMapper _map;
    private readonly int[] _wanted;
    private readonly FeatureOutput[] _outputs;
    private readonly float[] _features; // [capacity, width]
    private readonly float[][] _values; // [capacity, width of the output], or empty

    public FeatureBatch(TModel model, FeatureReader source, int[] wanted, Func<int, bool> isActive, int capacity)
    {
        _width = model.FeatureCount;
        _source = source;
        _wanted = wanted;
        _outputs = [.. model.Outputs];
        _features = new float[capacity * _width];
        _values = new float[_outputs.Length][];
        Array.Fill(_values, []);
        for (int i = 0; i < wanted.Length; i++)
        {
            if (isActive(i))
                _values[wanted[i]] = new float[capacity * _outputs[wanted[i]].Width];
        }
        _map = model.CreateMapper(capacity);
    }

    public override void Read(int row) => _source.CopyTo(_features.AsSpan(row * _width, _width));

    public override void Run(int count)
    {
        _map(_features.AsSpan(0, count * _width), count, _values);
        if (TModel.TakesUnknownFeatures)
            return;
        for (int row = 0; row < count; row++)
        {
            if (TensorPrimitives.IsFiniteAll<float>(_features.AsSpan(row * _width, _width)))
                continue;
            for (int i = 0; i < _outputs.Length; i++)
            {
                if (_values[i].Length > 0)
                    Values(i, row).Fill(float.NaN);
            }
        }
    }

    public override Delegate Getter(int column)
    {
        int output = _wanted[column];
        return _outputs[output].Kind switch
        {
            FeatureOutputKind.Number => (RowGetter<float>)((int row, ref float value) => value = Values(output, row)[0]),
            FeatureOutputKind.Flag => (RowGetter<bool>)((int row, ref bool value) => value = Values(output, row)[0] > 0),
            _ => (RowGetter<VBuffer<float>>)((int row, ref VBuffer<float> value) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, _outputs[output].Width);
                Values(output, row).CopyTo(editor.Values);
                value = editor.Commit();
            }),
        };
    }

    private Span<float> Values(int output, int row) => _values[output].AsSpan(row * _outputs[output].Width, _outputs[output].Width);
}
