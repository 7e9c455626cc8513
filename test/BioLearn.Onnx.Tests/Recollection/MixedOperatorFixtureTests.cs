using System.Text.Json;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>The networks of the <c>mlnet</c> fixtures: groups, dilation, output padding, LRN, concat, residual, average pool, softmax.</summary>
public class MixedOperatorFixtureTests
{
    [Fact]
    public void Gradient_from_the_probabilities_equals_the_fixture() => ForEach((model, a, _, what) =>
    {
        using var recollector = new Recollector(model, Cue.Custom(model.Graph.Output.Name, Data(a.GetProperty("seed_signal"))), RecollectionOptions.Gradient);
        Json.AssertClose(Data(a.GetProperty("gradient_from_prob")), recollector.Recollect(Data(a.GetProperty("input")), 1)[0].Values.Span, what);
    });

    [Fact]
    public void Recollection_from_the_logits_equals_the_fixture_under_every_rule() => ForEach((model, a, b, what) =>
    {
        foreach (JsonProperty expected in b().GetProperty("recollect_from_logits").EnumerateObject())
        {
            string[] rules = expected.Name.Split('|');
            using var recollector = new Recollector(model, Cue.Custom(model.Graph.Logits.Name, Data(a.GetProperty("seed_signal"))), new RecollectionOptions
            {
                Normalization = CurrentNormalization.None,
                ResponseNorm = ResponseNormRule.Identity,
                Relu = rules[0] switch
                {
                    "forward_mask" => ReluRule.ForwardMask,
                    "rectify" => ReluRule.Rectify,
                    _ => throw new InvalidDataException(expected.Name),
                },
                Unpooling = rules[1] switch
                {
                    "last" => Unpooling.Switches,
                    "add" => Unpooling.Sum,
                    "distribute" => Unpooling.Distribute,
                    _ => throw new InvalidDataException(expected.Name),
                },
            });
            Json.AssertClose(Data(expected.Value), recollector.Recollect(Data(a.GetProperty("input")), 1)[0].Values.Span, $"{what} {expected.Name}");
        }
    });

    private static void ForEach(Action<CnnModel, JsonElement, Func<JsonElement>, string> check)
    {
        foreach (string file in FixtureFiles.Find("mlnet", "*_a.json"))
        {
            JsonElement a = FixtureFiles.Read(file);
            using var stream = new MemoryStream(a.GetProperty("onnx_base64").GetBytesFromBase64());
            using CnnModel model = CnnModel.Load(stream, new CnnModelOptions { Provider = ExecutionProvider.Cpu });
            check(model, a, Other, Path.GetFileName(file));

            JsonElement Other() => FixtureFiles.Read(FixtureFiles.Find("mlnet", Path.GetFileName(file).Replace("_a.json", "_b.json", StringComparison.Ordinal))[0]);
        }
    }

    private static float[] Data(JsonElement tensor) => tensor.GetProperty("data").Floats();
}
