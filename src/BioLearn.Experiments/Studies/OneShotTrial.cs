using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.OneShot;

namespace BioLearn.Experiments.Studies;

/// <summary>
/// A network learns to tell characters apart after one example of each (Miconi, Clune and Stanley 2018, section 4.4), with plastic connections below its output or without. It is taught on the
/// training characters of the set and asked for the test characters, of alphabets that it never saw.
/// </summary>
/// <remarks>
/// Rows, one a hundredth of the updates: <c>loss</c> and <c>training-accuracy</c>, means over that hundredth. The last one also has <c>accuracy</c>, the share found in
/// <see cref="TestEpisodes"/> episodes of test characters.
/// </remarks>
public sealed class OneShotTrial : ITrial
{
    private const int Stretches = 100;

    /// <summary>The characters: pictures of 31 x 31 pixels, such as those of the source omniglot.</summary>
    public required DataSource Data { get; init; }

    /// <summary>Classes of an episode; at least 2. Default: 5.</summary>
    public int Classes { get; init; } = 5;

    /// <summary>Channels of the four convolutions; at least 1. Default: 64.</summary>
    public int Features { get; init; } = 64;

    /// <summary>Whether connections are plastic. Default: yes.</summary>
    public bool Plastic { get; init; } = true;

    /// <summary>How the trace takes up activity. Default: Oja's rule.</summary>
    public PlasticityRule Rule { get; init; } = PlasticityRule.Oja;

    /// <summary>Which connections share a plasticity coefficient. Default: none.</summary>
    public PlasticitySharing Sharing { get; init; } = PlasticitySharing.Free;

    /// <summary>Updates; at least 1. Default: 5,000,000, the published number.</summary>
    public int Updates { get; init; } = 5_000_000;

    /// <summary>Episodes of an update; at least 1. Default: 1.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Adam's rate; above 0. Default: 3e-5.</summary>
    public double LearningRate { get; init; } = 3e-5;

    /// <summary>Episodes of test characters; at least 1. Default: 1,000.</summary>
    public int TestEpisodes { get; init; } = 1000;

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Updates, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        OneShotTrainer trainer = new(new() { Classes = Classes, Features = Features, Plastic = Plastic, Rule = Rule, Sharing = Sharing, BatchSize = BatchSize, LearningRate = LearningRate }, context.Seed);
        CharacterSet learned = new(Data.Training.Features, Data.Training.Labels.Span), tested = new(Data.Test.Features, Data.Test.Labels.Span);
        (double Loss, double Accuracy) sum = (0, 0);
        int noted = 0;
        context.TryRestore(reader =>
        {
            (sum, noted) = ((reader.ReadDouble(), reader.ReadDouble()), reader.ReadInt32());
            trainer.LoadState(reader);
        });
        while (trainer.Updates < Updates)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            (double loss, double accuracy) = trainer.Update(learned);
            sum = (sum.Loss + loss, sum.Accuracy + accuracy);
            if ((long)trainer.Updates * Stretches / Updates > (long)(trainer.Updates - 1) * Stretches / Updates)
            {
                int count = trainer.Updates - noted;
                (string, double)[] row = [("loss", sum.Loss / count), ("training-accuracy", sum.Accuracy / count)];
                context.Record(trainer.Updates, trainer.Updates == Updates ? [.. row, ("accuracy", trainer.Test(tested, TestEpisodes, context.Cancellation))] : row);
                (sum, noted) = ((0, 0), trainer.Updates);
            }
            context.Checkpoint(writer =>
            {
                writer.Write(sum.Loss);
                writer.Write(sum.Accuracy);
                writer.Write(noted);
                trainer.SaveState(writer);
            });
        }
    }
}
