using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Recurrent;

/// <summary>At which steps of a sequence an error teaches, as a rule of one's own hears it.</summary>
public sealed class TaughtStepsTests
{
    private const int Steps = 5;

    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(1, new[] { 5 })]
    [InlineData(2, new[] { 4, 5 })]
    [InlineData(5, new[] { 1, 2, 3, 4, 5 })]
    [InlineData(0, new[] { 1, 2, 3, 4, 5 })]
    public void Error_teaches_at_the_last_steps_that_were_asked_for(int taught, int[] expected)
    {
        Notes notes = Train(taught, rows: 3, validation: 0);
        Assert.Equal(3 * 2, notes.Sequences.Count);
        Assert.All(notes.Sequences, sequence => Assert.Equal(expected, sequence.Taught));
        Assert.All(notes.Sequences, sequence => Assert.Equal(Steps, sequence.Remembered));
        // The parts of a sequence's error sum to those of one step: weights of zeros put out 0 for a target of 1, and a batch holds all rows.
        Assert.All(notes.Sequences, sequence => Assert.Equal(-1 / 3f, sequence.Error, 1e-6f));
    }

    [Fact]
    public void Validation_sequences_are_run_and_not_learned_from()
    {
        Notes notes = Train(taught: 2, rows: 3, validation: 4);
        Assert.Equal(2 * (3 + 4), notes.Sequences.Count);
        Assert.Equal(2 * 3, notes.Sequences.Count(s => s.Taught.Count == 2 && s.Remembered == Steps));
        Assert.Equal(2 * 4, notes.Sequences.Count(s => s.Taught.Count == 0 && s.Remembered == 0));
    }

    /// <summary>It used to be passed over in silence.</summary>
    [Fact]
    public void Weight_decay_that_would_do_nothing_is_refused()
    {
        NotedOptions options = new(new Notes()) { TimeSteps = Steps, Optimizer = OptimizerSettings.Adam(0.01) with { WeightDecay = 0.1 } };
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => _ml.Regression.Trainers.OnlineRecurrent(options).Fit(Data(3)));
        Assert.Equal("Optimizer.WeightDecay", error.ParamName);
        Assert.Contains("must be 0", error.Message, StringComparison.Ordinal);
    }

    private Notes Train(int taught, int rows, int validation)
    {
        Notes notes = new();
        NotedOptions options = new(notes) { TimeSteps = Steps, TaughtSteps = taught, NumberOfUnits = 3, NumberOfEpochs = 2, Seed = 1, StandardizeLabel = false, NormalizeFeatures = NormalizeFeatures.No };
        _ml.Regression.Trainers.OnlineRecurrent(options).Fit(Data(rows), validation == 0 ? null : Data(validation));
        return notes;
    }

    private IDataView Data(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Sequence { Features = [1, 2, 3, 4, i], Label = 1 }));

    private sealed class Sequence
    {
        [VectorType(Steps)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Notes
    {
        public List<(List<int> Taught, int Remembered, float Error)> Sequences { get; } = [];
    }

    private sealed class NotedOptions(Notes notes) : OnlineRecurrentOptions
    {
        public override string RuleName => "notes";

        public override OnlineRecurrentRule<float> CreateRule(LeakyRecurrentNetwork<float> network)
        {
            network.Readout.Values.Clear();
            return new NotingRule(network, notes);
        }
    }

    /// <summary>Notes what it is asked to learn, and teaches nothing.</summary>
    private sealed class NotingRule(LeakyRecurrentNetwork<float> network, Notes notes) : OnlineRecurrentRule<float>(network)
    {
        public override void Start()
        {
            base.Start();
            notes.Sequences.Add(([], 0, 0));
        }

        public override void Learn(ReadOnlySpan<float> error)
        {
            var (taught, remembered, sum) = notes.Sequences[^1];
            taught.Add(remembered);
            notes.Sequences[^1] = (taught, remembered, sum + error[0]);
        }

        protected override void Remember() => notes.Sequences[^1] = notes.Sequences[^1] with { Remembered = notes.Sequences[^1].Remembered + 1 };
    }
}
