using BioLearn.Kernels.Threading;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;
using BioLearn.Onnx.Recollection;
using Microsoft.ML.Data;

namespace BioLearn.Onnx.MlNet;

/// <summary>Recollects a batch of rows: forward once, backwards once, then pictures and measures of those columns that are wanted.</summary>
internal sealed class RecollectionBatch : RowBatch
{
    private readonly EmbeddedNetwork _network;
    private readonly Recollector _recollector;
    private readonly IReadOnlyList<(RecollectionColumn Kind, string Name)> _columns;
    private readonly NetworkInput _input;
    private readonly bool _wantsRecollection;
    private readonly bool _wantsMeasures;
    private readonly TraceRequest _request;

    private ForwardTrace? _trace;
    private Recollected[] _recollected = [];

    public RecollectionBatch(EmbeddedNetwork network, Recollector recollector, RecollectionColumns columns, Func<int, bool> isActive, NetworkInput input)
    {
        _network = network;
        _recollector = recollector;
        _columns = columns.Outputs;
        _input = input;
        var wanted = _columns.Where((_, i) => isActive(i)).Select(column => column.Kind).ToHashSet();
        _wantsRecollection = wanted.Any(kind => kind != RecollectionColumn.PredictedClass);
        _wantsMeasures = wanted.Overlaps([RecollectionColumn.EdgeCorrelation, RecollectionColumn.Pearson, RecollectionColumn.Ssim]);
        _request = _wantsRecollection ? recollector.Request : new([], []);
    }

    public override void Read(int row) => _input.Read(row);

    public override void Run(int count)
    {
        _network.ThrowIfCancelled();
        if (_input.Count == 0)
            return;
        _trace = _network.Model.Forward(_input.Values, _input.Count, _request, _network.CancellationToken);
        if (!_wantsRecollection)
            return;
        var images = _recollector.Recollect(_trace, _network.Threads, keepCurrents: false, _network.CancellationToken);
        _recollected = new Recollected[images.Count];
        var job = new ShowJob(this, images);
        Partitioner.For(images.Count, grain: 1, _network.Threads, ref job);
    }

    public override Delegate Getter(int column) => _columns[column].Kind switch
    {
        RecollectionColumn.Image => (RowGetter<MLImage>)GetImage,
        RecollectionColumn.Vector => (RowGetter<VBuffer<float>>)GetVector,
        RecollectionColumn.EdgeCorrelation => Measure(quality => quality.EdgeCorrelation),
        RecollectionColumn.Pearson => Measure(quality => quality.Pearson),
        RecollectionColumn.Ssim => Measure(quality => quality.Ssim),
        _ => (RowGetter<uint>)((int row, ref uint value) => value = _input.TryGetPlace(row, out int place) ? (uint)_trace!.PredictedClass(place) + 1 : 0),
    };

    private void GetImage(int row, ref MLImage value)
    {
        value?.Dispose(); // as ML.NET's own image getters do
        value = _input.TryGetPlace(row, out int place) ? Pictures.ToMLImage(_recollected[place].Picture) : null!;
    }

    private void GetVector(int row, ref VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, _recollector.Plan.End.Shape.Count);
        if (_input.TryGetPlace(row, out int place))
            _recollected[place].Image.Values.Span.CopyTo(editor.Values);
        else
            editor.Values.Fill(float.NaN);
        value = editor.Commit();
    }

    private RowGetter<float> Measure(Func<RecollectionQuality, double> choose)
        => (int row, ref float value) => value = _input.TryGetPlace(row, out int place) ? (float)choose(_recollected[place].Quality) : float.NaN;

    private Recollected Show(RecollectedImage image, int place)
    {
        var picture = image.ToPicture(_network.Preprocessing);
        return new Recollected(image, picture, _wantsMeasures ? ImageMeasures.Compare(_input.Picture(place), picture) : default);
    }

    private readonly record struct Recollected(RecollectedImage Image, PixelImage Picture, RecollectionQuality Quality);

    private readonly struct ShowJob(RecollectionBatch batch, IReadOnlyList<RecollectedImage> images) : IRangeJob
    {
        public void Invoke(int piece, int begin, int end)
        {
            for (int place = begin; place < end; place++)
                batch._recollected[place] = batch.Show(images[place], place);
        }
    }
}
