using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.ML.Spiking;

namespace BioLearn.Benchmarks.Naming;

/// <summary>
/// One photograph of 250 x 160 through the full network, from input spikes to features, with the thresholds of the features (10/50) and of
/// naming (6.25/20.75, which let four times as many spikes pass).
/// </summary>
internal sealed class ForwardBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        SpikingNetwork network = NamingFiles.Network();
        foreach ((string photograph, int[] times) in NamingFiles.Photographs())
        {
            Compare(bench, network, "naming/forward-10-50", photograph, times);
            Compare(bench, network.WithThresholds(6.25f, 20.75f, 1e5f), "naming/forward-6.25-20.75", photograph, times);
        }
    }

    private static void Compare(SideBySide bench, SpikingNetwork network, string name, string photograph, int[] times)
    {
        if (!bench.Selects(name, photograph)) return;
        SpikeTrain spikes = SpikeTrain.FromTimes(times, network.Options.TimeSteps);
        SpikingResponse ours = network.Respond(spikes);
        Report.Line($"{name} {photograph}: spikes of input and layers {string.Join(", ", ours.SpikesOfSteps.Select(steps => steps.Sum()))}");
        if (!TorchPeer.IsAvailable)
        {
            bench.Compare(name, photograph, new("SpikingNetwork", () => network.Respond(spikes)), []);
            return;
        }

        using var peer = new TorchSpikingNetwork(network, times);
        Contestant[] agreeing = [.. peer.Forms.Where(form => Agrees($"{name} {photograph}, {form.Name}", ours.MaximumPotentials, form.Run())).Select(form => new Contestant(form.Name, () => form.Run()))];
        bench.Compare(name, photograph, new("SpikingNetwork", () => network.Respond(spikes)), agreeing);
    }

    // Sums in float may let a potential next to a threshold pass it: features are compared, and a peer that is far off is no peer.
    private static bool Agrees(string what, float[] ours, float[] peer)
    {
        float most = ours.Zip(peer, (a, b) => Math.Abs(a - b)).Max(), scale = Math.Max(1, ours.Max());
        bool agrees = most < .1f * scale;
        Report.Line($"{what}: features differ by {most:G3} at most, the largest is {ours.Max():G4}{(agrees ? "" : " - LEFT OUT")}");
        return agrees;
    }
}
