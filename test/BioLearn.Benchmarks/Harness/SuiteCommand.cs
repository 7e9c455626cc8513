using BioLearn.Benchmarks.Torch;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Harness;

/// <summary>A group of comparisons that belong together, for instance all matrix products.</summary>
internal interface IBenchmark
{
    /// <summary>Makes the inputs, and calls <see cref="SideBySide.Compare"/> for each size.</summary>
    void Run(SideBySide bench);
}

/// <summary>A sub-command: describes the machine, runs its benchmarks one after the other, prints the table.</summary>
internal abstract class SuiteCommand : Command<BenchmarkSettings>
{
    protected abstract IReadOnlyList<IBenchmark> Benchmarks { get; }

    public override int Execute(CommandContext context, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        TorchPeer.Load(settings.Threads);
        Report.Machine();
        var bench = new SideBySide(settings);
        foreach (IBenchmark benchmark in Benchmarks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            benchmark.Run(bench);
        }
        Report.Table(bench.Results);
        double least = settings.FailBelow ?? 1;
        bool behind = Report.Behind(bench.Results, least);
        return behind && settings.FailBelow is not null ? 1 : 0;
    }
}
