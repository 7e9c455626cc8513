using BioLearn.ML.Hosting;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.Onnx.MlNet;

/// <summary>
/// A network inside an ML.NET transform: the bytes of its file with all weights, which are saved with the pipeline so that the saved zip works anywhere,
/// the loaded model, and how pictures enter it. One instance serves an estimator, the transformers it fits and all their cursors; the
/// runtime's memory is freed when nobody uses it any more.
/// </summary>
internal sealed class EmbeddedNetwork
{
    private const string ModelStream = "Model.onnx";

    private readonly IHost _host;
    private readonly byte[]? _bytes; // none of a network of more than 2 GB
    private readonly CancellationToken _cancellation;

    static EmbeddedNetwork() => ImageValues.Register();

    private EmbeddedNetwork(
        IHost host, byte[]? bytes, CnnModel model, ImagePreprocessing preprocessing, int batchSize, int threads, CancellationToken cancellation)
    {
        _host = host;
        _bytes = bytes;
        _cancellation = cancellation;
        Model = model;
        Preprocessing = preprocessing;
        BatchSize = batchSize;
        Threads = threads;
    }

    public CnnModel Model { get; }

    public IHostEnvironment Environment => _host;

    public ImagePreprocessing Preprocessing { get; }

    /// <summary>Names of the classes, from the card beside the model file; empty where there is none.</summary>
    public IReadOnlyList<string> ClassNames { get; private init; } = [];

    public int BatchSize { get; }

    public int Threads { get; }

    public CancellationToken CancellationToken => _cancellation;

    /// <summary>Reads the model that the options name.</summary>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    /// <exception cref="OnnxModelException">It is damaged, or holds something that cannot be run or reversed.</exception>
    /// <exception cref="ArgumentException">The preprocessing does not fit the network's input.</exception>
    public static EmbeddedNetwork Open(IHostEnvironment environment, string name, CnnTransformOptions options)
    {
        options.Validate();
        var host = environment.Register(name);
        var found = ModelCatalog.Find(options.Model);
        byte[]? bytes = SelfContained.Read(found.Path);
        int threads = options.NumberOfThreads ?? System.Environment.ProcessorCount;
        CnnModel model;
        try
        {
            CnnModelOptions device = Device(host, options.GpuDeviceId, options.FallbackToCpu, threads);
            model = bytes is null ? CnnModel.Load(found.Path, device) : Parse(bytes, device);
        }
        catch (OnnxModelException e) when (e.File is null)
        {
            throw new OnnxModelException(e.Problem, found.Path, e.NodeName, e.OpType, e);
        }

        var card = found.Card ?? model.Card;
        var preprocessing = options.Preprocessing ?? card.Preprocessing;
        CheckFits(preprocessing, model.InputShape);
        return new EmbeddedNetwork(host, bytes, model, preprocessing, options.BatchSize, threads, options.CancellationToken) { ClassNames = card.Classes };
    }

    public static EmbeddedNetwork Load(IHostEnvironment environment, string name, ModelReader reader)
    {
        var host = environment.Register(name);
        int batchSize = reader.ReadCount("batch size", 1, int.MaxValue);
        var preprocessing = reader.ReadOptions<ImagePreprocessing>("preprocessing");
        byte[] bytes = reader.ReadTensor<byte>(ModelStream);
        int threads = System.Environment.ProcessorCount;
        try
        {
            var model = Parse(bytes, Device(host, null, null, threads));
            CheckFits(preprocessing, model.InputShape);
            return new EmbeddedNetwork(host, bytes, model, preprocessing, batchSize, threads, default);
        }
        catch (Exception e) when (e is OnnxModelException or ArgumentException)
        {
            throw reader.Damaged(e.Message);
        }
    }

    /// <exception cref="InvalidOperationException">The network has more than 2 GB, which a saved pipeline cannot hold.</exception>
    public void Save(ModelWriter writer)
    {
        if (_bytes is null)
            throw new InvalidOperationException("The network has more than 2 GB with the weights beside it, which a saved pipeline cannot hold: save the other steps, and add this one again where the model's files are");
        writer.Fields.Write(BatchSize);
        writer.WriteOptions(Preprocessing);
        writer.WriteTensor<byte>(ModelStream, _bytes);
    }

    public void ThrowIfCancelled()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (MlNetInterop.IsCanceled(_host))
            throw new OperationCanceledException("MLContext.CancelExecution was called.");
    }

    private static CnnModel Parse(byte[] bytes, CnnModelOptions device)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return CnnModel.Load(stream, device);
    }

    private static CnnModelOptions Device(IHost host, int? gpuDeviceId, bool? fallbackToCpu, int threads)
    {
        int? gpu = gpuDeviceId ?? MlNetInterop.GpuDeviceId(host);
        return new CnnModelOptions
        {
            Provider = gpu is null ? ExecutionProvider.Cpu : ExecutionProvider.Cuda,
            DeviceId = gpu ?? 0,
            FallbackToCpu = fallbackToCpu ?? MlNetInterop.FallbackToCpu(host),
            Threads = threads,
        };
    }

    private static void CheckFits(ImagePreprocessing preprocessing, TensorShape input)
    {
        if (preprocessing.Width != input.Width || preprocessing.Height != input.Height || preprocessing.ChannelCount != input.Channels)
        {
            throw new ArgumentException(
                $"Preprocessing gives {preprocessing.ChannelCount}x{preprocessing.Height}x{preprocessing.Width} values, the network takes {input}");
        }
    }
}
