using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>
/// Forward with trace and recollection from the predicted class unit, both bundled networks, and the ONNX file that BIOLEARN_NETWORK names, at 224 x 224 on photographs. Floating-point operations are those of
/// the convolutions and dense layers, forward and back, as the definition has them: Winograd's filtering and sparse currents do fewer, so that the
/// share of the peak can pass 100 %.
/// </summary>
internal sealed class RecollectionBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        string[] networks = [BenchmarkFiles.Model("alexnet-caltech101"), BenchmarkFiles.Model("resnet18w40-caltech101")];
        if (Environment.GetEnvironmentVariable("BIOLEARN_NETWORK") is { Length: > 0 } own) networks = [.. networks, own];
        foreach (string network in networks)
        {
            foreach (int batch in (int[])[1, 16]) Compare(bench, network, batch);
        }
    }

    private static void Compare(SideBySide bench, string network, int batch)
    {
        string size = $"{Path.GetFileNameWithoutExtension(network).Split('-')[0]} batch {batch}";
        Variant[] variants = [.. Variant.All.Where(v => bench.Selects($"recollection/{v.Name}", size))];
        if (variants.Length == 0) return;
        using CnnModel model = CnnModel.Load(network, new CnnModelOptions { Provider = ExecutionProvider.Cpu, Threads = bench.Threads });
        float[] inputs = BenchmarkFiles.Photographs(batch);
        TorchSide[] peers = TorchPeer.IsAvailable ? [.. ((bool[])[false, true]).Select(last => new TorchSide(model.Graph, last, inputs, batch))] : [];
        foreach (Variant variant in variants)
        {
            using var recollector = new Recollector(model, Cue.PredictedClass, variant.Options);
            IReadOnlyList<RecollectedImage> ours = [];
            ForwardTrace? trace = null;
            void Recollect()
            {
                trace = model.Forward(inputs, batch, recollector.Request, trace);
                ours = recollector.Recollect(trace, bench.Threads);
            }
            Recollect();
            TorchSide[] agreeing = [.. peers.Where(peer => Agree($"{size} {variant.Name}, {peer.Network.Description}", ours, peer.Recollect(variant)))];
            if (peers.Length > 0 && agreeing.Length == 0) throw new InvalidOperationException($"{size} {variant.Name}: no peer computes what we compute");
            bench.Compare(
                $"recollection/{variant.Name}", size, new("Recollector", Recollect),
                [.. agreeing.Select(peer => new Contestant(peer.Network.Description, () => peer.Run(variant)))],
                flops: 4.0 * batch * MultiplyAdds(model.Graph), peak: FmaPeak.Float * bench.Threads);
        }
    }

    // A peer that computes something else is no peer: with plain NCHW tensors, libtorch 2.10 on Zen 5 gives wrong convolutions of 40 channels.
    private static bool Agree(string what, IReadOnlyList<RecollectedImage> ours, float[] peer)
    {
        (double median, double decile, double worst) = Agreement.Errors(ours, peer);
        bool agrees = decile < 1e-4;
        Report.Line($"{what}: errors {median:e1} of the scale in the median, {decile:e1} at the ninth decile, {worst:e1} at most{(agrees ? "" : " - LEFT OUT")}");
        return agrees;
    }

    private static double MultiplyAdds(CnnGraph graph) => graph.Nodes.Sum(node => node switch
    {
        ConvNode conv => (double)conv.Weights.Length * conv.Output.Shape.Height * conv.Output.Shape.Width,
        DenseNode dense => dense.Weights.Length,
        _ => 0,
    });

    /// <summary>The peer with its copy of the pictures.</summary>
    private sealed class TorchSide
    {
        private readonly Tensor _pictures;

        public TorchSide(CnnGraph graph, bool channelsLast, float[] inputs, int batch)
        {
            Tensor pictures = torch.tensor(inputs).reshape(batch, graph.Input.Shape.Channels, graph.Input.Shape.Height, graph.Input.Shape.Width);
            Network = new TorchRecollector(graph, channelsLast, pictures);
            _pictures = Network.Format(pictures);
        }

        public TorchRecollector Network { get; }

        public void Run(Variant variant) => Network.Run(_pictures, variant).Dispose();

        public float[] Recollect(Variant variant)
        {
            using Tensor result = Network.Run(_pictures, variant);
            return result.contiguous().data<float>().ToArray();
        }
    }
}
