using System.Numerics;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Recurrent;

namespace BioLearn.ML.Tests.Plasticity;

/// <summary>Networks and episodes from fixture files.</summary>
internal static class FixtureNetworks
{
    /// <summary>A network from a file of the row = target convention.</summary>
    public static PlasticRecurrentNetwork<T> FromRowConvention<T>(BohpFixture fixture, string weights, bool learnRate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new PlasticRecurrentNetwork<T>(new()
        {
            Neurons = fixture.Int("N"),
            Rate = 1 - fixture.Double(fixture.Has("decay_lambda") ? "decay_lambda" : "eta_decay"),
            Rule = fixture.Has("rule") && fixture.Text("rule") == "oja" ? PlasticityRule.Oja : PlasticityRule.Hebb,
            InputMode = fixture.Has("mode") && fixture.Text("mode") == "clamp" ? InputMode.Clamp : InputMode.Additive,
            LearnRate = learnRate,
        });
        network.Weights.Set<double>(fixture.Array(weights));
        network.Alpha.Set<double>(fixture.Array("alpha"));
        network.Refresh();
        return network;
    }

    /// <summary>An episode with inputs [T][n_in], n_in up to the number of neurons.</summary>
    public static PlasticEpisode<T> Episode<T>(BohpFixture fixture, string inputs, int neurons)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int steps = fixture.Int("T");
        var episode = new PlasticEpisode<T>(neurons, steps);
        double[] flat = fixture.Array(inputs);
        int width = flat.Length / steps;
        for (int step = 1; step <= steps; step++)
            Copy(flat.AsSpan((step - 1) * width, width), episode.Input(step));
        return episode;
    }

    public static void Copy<T>(ReadOnlySpan<double> from, Span<T> to)
        where T : INumberBase<T>
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = T.CreateChecked(from[i]);
    }
}
