using BioLearn.Benchmarks.Harness;
using BioLearn.ML.Spiking;

namespace BioLearn.Benchmarks.Naming;

/// <summary>From a grey picture to spikes: Lanczos, difference of Gaussians, latency code. No peer: TorchSharp has no such coding.</summary>
internal sealed class CodingBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        const string name = "naming/coding", size = "500x340 to 250x160";
        if (!bench.Selects(name, size)) return;
        SpikingNetworkOptions options = SpikingNetworkOptions.FaceMotor;
        var encoder = new SpikeEncoder(options.Input, options.TimeSteps, options.Bins);
        var spikes = new SpikeTrain();
        GrayPicture picture = NamingFiles.Drawing(0);
        bench.Compare(name, size, new("SpikeEncoder", () => encoder.Encode(picture, spikes)), []);
        Report.Line($"{name}: {spikes.Count} spikes");
    }
}
