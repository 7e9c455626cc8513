using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.OneShot;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Tests.Plasticity;

public class OneShotFixtureTests
{
    public static TheoryData<string> Files => BohpFixture.Names("omniglot_*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Embedding_and_plastic_head_equal_the_originals_with_all_gradients(string file)
    {
        var fixture = BohpFixture.Load(file);
        int classes = fixture.Int("nbclasses"), features = fixture.Int("nbf"), steps = fixture.Shape("features")[0];
        var embedding = new CharacterEmbedding<double>(features, steps);
        var head = new PlasticClassifier<double>(classes, features, steps,
            fixture.Text("rule") == "oja" ? PlasticityRule.Oja : PlasticityRule.Hebb,
            fixture.Text("alpha_type") == "yoked" ? PlasticitySharing.Yoked : PlasticitySharing.Free);
        ParameterTensor<double>[] parameters = [.. embedding.Parameters, .. head.Parameters];
        foreach (var parameter in parameters)
            parameter.Set<double>(Values(fixture, parameter.Name, parameter));

        double[] pictures = fixture.Array("images"), labels = fixture.Array("labels"), truth = fixture.Array("target");
        embedding.Forward(pictures);
        Near.Output(fixture.Array("features"), embedding.Features, "features");
        var input = new double[steps * head.Stride];
        for (int step = 0; step < steps; step++)
            embedding.Features.Slice(step * features, features).CopyTo(input.AsSpan(step * head.Stride));
        double loss = head.Forward(input, labels, truth);
        Near.Output<double>([fixture.Double("loss")], [loss], "loss");
        double[] traces = BohpFixture.Transpose(fixture.Array("hebb_after"), features, classes);
        for (int step = 1; step <= steps; step++)
        {
            Near.Output<double>(fixture.Array("outputs").AsSpan((step - 1) * classes, classes), head.Output(step), $"y({step})");
            var trace = new ParameterTensor<double>("trace", classes, features);
            head.Trace(step + 1).CopyTo(trace.Values);
            Near.Output<double>(traces.AsSpan((step - 1) * classes * features, classes * features), trace.ToDense(), $"H({step + 1})");
        }

        var paddedGradients = new double[steps * head.Stride];
        head.Backward(input, truth, paddedGradients);
        var featureGradients = new double[steps * features];
        for (int step = 0; step < steps; step++)
            paddedGradients.AsSpan(step * head.Stride, features).CopyTo(featureGradients.AsSpan(step * features));
        embedding.Backward(pictures, featureGradients);
        foreach (var parameter in parameters)
            Near.Gradient<double>(Values(fixture, $"grad_{parameter.Name}", parameter), parameter.GradientToDense(), parameter.Name);
    }

    /// <summary>Matrices of the head are column = target in the original.</summary>
    private static double[] Values(BohpFixture fixture, string key, ParameterTensor<double> parameter)
        => parameter.Name is "w" or "alpha" && parameter.Columns > 1 ? fixture.Transposed(key) : fixture.Array(key);
}
