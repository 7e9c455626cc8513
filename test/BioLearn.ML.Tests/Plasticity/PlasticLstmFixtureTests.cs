using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Neuromodulation;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Tests.Plasticity;

public class PlasticLstmFixtureTests
{
    public static TheoryData<string> Files => BohpFixture.Names("plastic_lstm*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Outputs_cells_traces_loss_and_gradients_equal_the_originals(string file)
    {
        var fixture = BohpFixture.Load(file);
        int batch = fixture.Int("B"), inputs = fixture.Int("isize"), n = fixture.Int("hsize"), steps = fixture.Int("E");
        var network = new PlasticLstm<double>(Options(fixture));
        foreach (var parameter in network.Parameters)
            parameter.Set<double>(Values(fixture, $"param_{parameter.Name}", n));
        double[] given = fixture.Array("inputs"), coefficients = fixture.Array("coef"), outputs = fixture.Array("outputs"), inputGradients = fixture.Array("grad_inputs");
        double[] cells = fixture.Array("c_last"), traces = BohpFixture.Transpose(fixture.Array("hebb_last"), n, n);

        var pass = new PlasticLstmPass<double>(network);
        double loss = 0;
        for (int b = 0; b < batch; b++)
        {
            var episode = new PlasticLstmEpisode<double>(network, steps);
            for (int step = 1; step <= steps; step++)
                given.AsSpan(((step - 1) * batch + b) * inputs, inputs).CopyTo(episode.Input(step));
            pass.Forward(episode);
            for (int step = 1; step <= steps; step++)
            {
                int at = ((step - 1) * batch + b) * n;
                Near.Output<double>(outputs.AsSpan(at, n), episode.State(step)[..n], $"h({step}) of episode {b}");
                coefficients.AsSpan(at, n).CopyTo(episode.StateGradient(step));
                for (int i = 0; i < n; i++)
                    loss += coefficients[at + i] * episode.State(step)[i];
            }

            pass.Backward(episode);
            Near.Output<double>(cells.AsSpan(b * n, n), episode.Cell(steps), $"c of episode {b}");
            var trace = new ParameterTensor<double>("trace", n, n);
            episode.Trace(steps + 1).CopyTo(trace.Values);
            Near.Output<double>(traces.AsSpan(b * n * n, n * n), trace.ToDense(), $"trace of episode {b}");
            for (int step = 1; step <= steps; step++)
                Near.Gradient<double>(inputGradients.AsSpan(((step - 1) * batch + b) * inputs, inputs), episode.InputGradient(step), $"du({step}) of episode {b}");
        }

        Near.Output<double>([fixture.Double("loss")], [loss], "loss");
        foreach (var parameter in network.Parameters)
            Near.Gradient<double>(Values(fixture, $"grad_{parameter.Name}", n), parameter.GradientToDense(), parameter.Name);
    }

    /// <summary>The five switches, in the original's words.</summary>
    private static PlasticLstmOptions Options(BohpFixture fixture)
    {
        var switches = fixture.Element("params");
        return new()
        {
            Inputs = fixture.Int("isize"),
            Neurons = fixture.Int("hsize"),
            Sharing = Word("alphatype") switch
            {
                "full" => PlasticitySharing.Free,
                "perneuron" => PlasticitySharing.PerNeuron,
                "single" => PlasticitySharing.Yoked,
                var other => throw Unknown("alphatype", other),
            },
            Modulation = Word("modultype") switch
            {
                "none" => LstmModulation.None,
                "modplasth2mod" => LstmModulation.Hidden,
                "modplastc2mod" => LstmModulation.Cell,
                var other => throw Unknown("modultype", other),
            },
            FanOut = Word("modulout") switch { "fanout" => true, "single" => false, var other => throw Unknown("modulout", other) },
            PostSynaptic = Word("hebboutput") switch
            {
                "i2c" => PostSynapticFactor.Candidate,
                "h2co" => PostSynapticFactor.PlasticDrive,
                "cell" => PostSynapticFactor.Cell,
                "hidden" => PostSynapticFactor.Hidden,
                var other => throw Unknown("hebboutput", other),
            },
            Bound = Word("cliptype") switch
            {
                "clip" => TraceBound.Clip,
                "aditya" => TraceBound.ClipWhereRead,
                "decay" => TraceBound.Decay,
                var other => throw Unknown("cliptype", other),
            },
            ClipValue = switches.GetProperty("clipval").GetDouble(),
        };

        string Word(string name) => switches.GetProperty(name).GetString()!;

        static InvalidDataException Unknown(string name, string value) => new($"{name} '{value}' is none of the original's");
    }

    /// <summary>The original keeps w, and α of every connection, as column = target; the other matrices are [out][in] already.</summary>
    private static double[] Values(BohpFixture fixture, string key, int n)
        => key.EndsWith("_w", StringComparison.Ordinal) || (key.EndsWith("_alpha", StringComparison.Ordinal) && fixture.Array(key).Length == n * n)
            ? BohpFixture.Transpose(fixture.Array(key), n, n)
            : fixture.Array(key);
}
