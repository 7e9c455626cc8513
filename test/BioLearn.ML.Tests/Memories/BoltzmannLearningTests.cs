using BioLearn.ML.Memories;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Memories;

/// <summary>When which momentum holds, and which rows a Boltzmann machine learns from.</summary>
public sealed class BoltzmannLearningTests
{
    private const int Width = 10;

    private readonly MLContext _ml = new(seed: 3);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void First_five_epochs_know_the_initial_momentum_alone(int epochs)
    {
        Assert.Equal(Weights(epochs, 0.5, 0.9), Weights(epochs, 0.5, 0.1));
        Assert.NotEqual(Weights(epochs, 0.5, 0.9), Weights(epochs, 0.2, 0.9));
    }

    [Fact]
    public void Sixth_epoch_and_those_behind_it_know_the_final_momentum()
    {
        Assert.NotEqual(Weights(6, 0.5, 0.9), Weights(6, 0.5, 0.1));
        // Four steps an epoch, so that the first step of the sixth feels it already: with one step an epoch it is the only one.
        Assert.NotEqual(Weights(6, 0.5, 0.9, batch: 40), Weights(6, 0.5, 0.1, batch: 40));
    }

    [Fact]
    public void Momentum_starts_low_by_default()
    {
        RestrictedBoltzmannMachineOptions options = new();
        Assert.Equal((0.5, 0.9), (options.InitialMomentum, options.FinalMomentum));
    }

    [Fact]
    public void Held_out_rows_count_nowhere()
    {
        // Row i is 1 at i alone. Visible biases begin as logits of the rows' means; a rate of next to nothing leaves them there.
        float[] biases = Machine(new RestrictedBoltzmannMachineOptions { NumberOfEpochs = 1, ValidationFraction = 0.3, LearningRate = 1e-20 }, Width).GetVisibleBiases();
        double shown = Math.Log(1.5 / 6.5), never = Math.Log(0.5 / 7.5);
        Assert.Equal((7, 3), (biases.Count(b => Math.Abs(b - shown) < 1e-5), biases.Count(b => Math.Abs(b - never) < 1e-5)));
        // Learning draws the units that are never on further down, and those of learned rows not.
        float[] learned = Machine(new RestrictedBoltzmannMachineOptions { NumberOfEpochs = 300, ValidationFraction = 0.3 }, Width).GetVisibleBiases();
        double highestOfHeld = biases.Zip(learned).Where(b => b.First < -2).Max(b => b.Second);
        Assert.All(biases.Zip(learned).Where(b => b.First > -2), b => Assert.True(b.Second > highestOfHeld, $"{b.Second} of a learned row, {highestOfHeld} of a held one"));
    }

    private float[] Weights(int epochs, double initial, double final, int batch = 10) => Machine(
        new RestrictedBoltzmannMachineOptions { NumberOfEpochs = epochs, InitialMomentum = initial, FinalMomentum = final, BatchSize = batch }, 40).GetWeights();

    private RestrictedBoltzmannMachine Machine(RestrictedBoltzmannMachineOptions options, int rows)
    {
        (options.OutputColumnName, options.InputColumnName, options.NumberOfUnits, options.Seed) = ("H", "X", 6, 1);
        return _ml.Transforms.RestrictedBoltzmannMachine(options)
            .Fit(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(i => new Row { X = [.. Enumerable.Range(0, Width).Select(j => i % Width == j ? 1f : 0)] }))).Model;
    }

    private sealed class Row
    {
        [VectorType(Width)]
        public float[] X { get; set; } = [];
    }
}
