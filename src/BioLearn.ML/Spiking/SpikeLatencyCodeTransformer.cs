using BioLearn.ML.Hosting;
using BioLearn.ML.Spiking;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableComponent<SpikeLatencyCodeTransformer>]

namespace BioLearn.ML.Spiking;

/// <summary>Adds spike times to rows with images. Made by <see cref="SpikeLatencyCodeEstimator"/>.</summary>
public sealed class SpikeLatencyCodeTransformer : RowTransformer<SpikeLatencyCodeTransformer>, ILoadableTransformer<SpikeLatencyCodeTransformer>
{
    private readonly SpikingInputOptions _options;
    private readonly int _bins;
    private readonly string _input;
    private readonly IReadOnlyList<(SpikeCodeColumn Kind, string Name)> _columns;

    internal SpikeLatencyCodeTransformer(
        IHostEnvironment environment, SpikingInputOptions options, int bins, string input, IReadOnlyList<(SpikeCodeColumn Kind, string Name)> columns)
        : base(environment)
    {
        ImageValues.Register();
        _options = options;
        _bins = bins;
        _input = input;
        _columns = columns;
    }

    static string ILoadableTransformer<SpikeLatencyCodeTransformer>.ComponentName => "SpikeLatencyCode";

    internal static IReadOnlyList<DataViewSchema.DetachedColumn> AddedBy(SpikingInputOptions options, IReadOnlyList<(SpikeCodeColumn Kind, string Name)> columns)
        => [.. columns.Select(column => new DataViewSchema.DetachedColumn(column.Name, column.Kind == SpikeCodeColumn.Gray
            ? new VectorDataViewType(NumberDataViewType.Single, options.Height, options.Width)
            : new VectorDataViewType(NumberDataViewType.Single, options.Height, options.Width, options.Filters.Count)))];

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteOptions(_options);
        writer.Fields.Write(_bins);
        writer.Fields.Write(_input);
        writer.Fields.Write(_columns.Count);
        foreach (var (kind, name) in _columns)
        {
            writer.WriteName(kind);
            writer.Fields.Write(name);
        }
    }

    static int ILoadableTransformer<SpikeLatencyCodeTransformer>.Version => 2; // names where 1 has numbers

    static SpikeLatencyCodeTransformer ILoadableTransformer<SpikeLatencyCodeTransformer>.Load(IHostEnvironment environment, ModelReader reader)
    {
        var options = reader.ReadOptions<SpikingInputOptions>("options");
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw reader.Damaged(e.Message);
        }

        int bins = reader.ReadCount("number of bins", 1, 1000);
        string input = reader.Fields.ReadString();
        var columns = new (SpikeCodeColumn, string)[reader.ReadLength("number of columns", 2)];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = (ReadKind(reader), reader.Fields.ReadString());
        }

        return new(environment, options, bins, input, columns);
    }

    // Version 1 has a byte for each kind.
    private static SpikeCodeColumn ReadKind(ModelReader reader) => reader.ComponentVersion >= 2 ? reader.ReadName<SpikeCodeColumn>("column kind", 2, []) : reader.Fields.ReadByte() switch
    {
        0 => SpikeCodeColumn.Times,
        1 => SpikeCodeColumn.Contrasts,
        2 => SpikeCodeColumn.Gray,
        var kind => throw reader.Damaged($"column kind {kind} is unknown"),
    };

    /// <inheritdoc/>
    protected override ColumnMap Map(DataViewSchema inputSchema)
    {
        PictureColumn.Of(_input).CheckIn(inputSchema);
        return new ColumnMap(AddedBy(_options, _columns), [_input], BatchSize: 1, (row, _, _) => new Coding(this, row));
    }

    private sealed class Coding(SpikeLatencyCodeTransformer owner, DataViewRow row) : RowBatch
    {
        private readonly SpikeEncoder _encoder = new(owner._options, owner._bins + 1, owner._bins);
        private readonly Func<GrayPicture?> _read = PictureColumn.Reader(row, owner._input);
        private GrayPicture? _picture;

        public override void Read(int place) => _picture = _read();

        public override void Run(int count)
        {
            if (_picture is not null)
                _encoder.Encode(_picture);
        }

        public override Delegate Getter(int column)
        {
            var kind = owner._columns[column].Kind;
            int area = owner._options.Height * owner._options.Width, maps = kind == SpikeCodeColumn.Gray ? 1 : owner._options.Filters.Count;
            return (RowGetter<VBuffer<float>>)((int place, ref VBuffer<float> value) =>
            {
                var editor = VBufferEditor.Create(ref value, area * maps);
                if (_picture is null)
                    editor.Values.Fill(float.NaN);
                for (int i = 0; _picture is not null && i < area * maps; i++)
                {
                    // From [filter][pixel] to [pixel][filter], the order of a network's neurons.
                    int from = i % maps * area + i / maps;
                    editor.Values[i] = kind switch
                    {
                        SpikeCodeColumn.Times => _encoder.Times[from],
                        SpikeCodeColumn.Contrasts => (float)_encoder.Contrasts[from],
                        _ => _encoder.Resized[from],
                    };
                }

                value = editor.Commit();
            });
        }
    }
}
