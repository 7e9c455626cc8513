using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Spiking;

/// <summary>Runs the pictures of a batch of rows through a network. A missing image gives missing (NaN) values.</summary>
internal sealed class SpikingFeaturesBatch(SpikingFeaturesTransformer owner, DataViewRow row, int capacity) : RowBatch
{
    private readonly Func<GrayPicture?> _read = PictureColumn.Reader(row, owner.Columns.Input);
    private readonly List<GrayPicture> _pictures = new(capacity);
    private readonly int[] _places = new int[capacity];
    private readonly IReadOnlyList<(SpikingColumn Kind, string Name)> _columns = owner.Columns.Outputs;
    private readonly IReadOnlyList<DataViewSchema.DetachedColumn> _added = owner.Added;
    private SpikingResponse[] _responses = [];

    public override void Read(int place)
    {
        if (place == 0)
            _pictures.Clear();
        _places[place] = -1;
        if (_read() is not { } picture)
            return;
        _places[place] = _pictures.Count;
        _pictures.Add(picture);
    }

    public override void Run(int count) => _responses = owner.Network.Respond(_pictures, owner.Columns.ReadOut, owner.Threads, owner.CancellationToken);

    public override Delegate Getter(int column)
    {
        int length = ((VectorDataViewType)_added[column].Type).Size;
        var kind = _columns[column].Kind;
        return (RowGetter<VBuffer<float>>)((int place, ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, length);
            if (_places[place] < 0)
                editor.Values.Fill(float.NaN);
            else
                Write(_responses[_places[place]], kind, editor.Values);
            value = editor.Commit();
        });
    }

    private static void Write(SpikingResponse response, SpikingColumn kind, Span<float> values)
    {
        switch (kind)
        {
            case SpikingColumn.Features:
                response.MaximumPotentials.CopyTo(values);
                break;
            case SpikingColumn.Counts:
                for (int i = 0; i < values.Length; i++)
                    values[i] = response.Counts[i];
                break;
            default:
                response.SpikeTimes[0].CopyTo(values);
                break;
        }
    }
}
