using BioLearn.Benchmarks.Harness;
using BioLearn.ML.Spiking;

namespace BioLearn.Benchmarks.Naming;

/// <summary>
/// The whole STDP training, 400 pictures and 14,000 iterations, coding of the pictures included; run once. No peer: with TorchSharp's
/// convolutions an iteration costs at least a forward pass, which is measured.
/// </summary>
internal sealed class TrainingBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        const string name = "naming/training";
        if (!bench.Selects(name, "14000")) return;
        (string set, GrayPicture[] pictures) = NamingFiles.TrainingSet();
        long allocated = 0;
        bench.Once($"{name}-{set}", "14000", new("SpikingTraining", () =>
        {
            var training = new SpikingTraining
            {
                Threads = bench.Threads,
                Report = progress =>
                {
                    if (progress.Iteration % 3500 == 0)
                        Report.Line($"{progress.Iteration}: layer {progress.Layer}, mean w(1-w) {progress.Convergence:G3}, process {Environment.WorkingSet >> 20} MB");
                },
            };
            training.Train(SpikingNetworkOptions.FaceMotor with { Seed = 1 }, pictures);
            allocated = GC.GetTotalMemory(forceFullCollection: true);
        }));
        Report.Line($"{name}: managed memory at the end {allocated >> 20} MB, peak of the process {System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
    }
}
