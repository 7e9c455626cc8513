using System.IO.Compression;
using System.Text;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML;

namespace BioLearn.ML.Tests.SavedModels;

/// <summary>What stands in a saved model are names, and what is not known is refused by name.</summary>
public class SavedNamesTests
{
    private static readonly NetworkSpec Network = new(
        new(1, 8, 8),
        [new Convolution2D(2, 3, 1, 1, Activation.LeakyReLU), new MaxPooling2D(2), new Convolution2D(3, 2), new AveragePooling2D(2, 1), new Dense(4, Activation.Tanh), new Dense(3, Activation.Linear)],
        OutputHead.SoftmaxCrossEntropy);

    [Fact]
    public void Saved_network_names_rule_layers_activations_and_head_and_no_type()
    {
        MLContext mlContext = new(seed: 1);
        IDataView rows = mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(Animals(mlContext)).Transform(Animals(mlContext));
        using MemoryStream file = new();
        mlContext.Model.Save(mlContext.MulticlassClassification.Trainers.KolenPollack(new NetworkOptions { NumberOfEpochs = 1 }).Fit(rows), rows.Schema, file);
        using ZipArchive zip = new(file, ZipArchiveMode.Read);
        StringBuilder text = new();
        foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.Name == "Model.key"))
        {
            using StreamReader reader = new(entry.Open(), Encoding.Latin1);
            text.Append(reader.ReadToEnd());
        }
        Assert.Contains("""{"Rule":"kolen-pollack","Version":1,"Options":{"WeightDecay":0.0001,""", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("""{"Kind":"dense","Version":1,"Units":128,"Activation":"Tanh","Bias":true,"Name":null,"Reads":null,"Adds":[]}""", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"Head\":\"SoftmaxCrossEntropy\"", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("Multiclass", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("BioLearn.ML.Rules", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("network-binary", "Binary", "SigmoidCrossEntropy", """{"Rule":"feedback-alignment","Version":1,""")]
    [InlineData("options-unknown-user-rule", """{"Rule":"Elsewhere.MyRule","Version":0,""", "\"Mode\":\"Second\"")]
    [InlineData("recurrent-multiclass", "Multiclass", "SoftmaxCrossEntropy")]
    [InlineData("naming-as-coded", "AsCoded", "Plain", "Counts")]
    [InlineData("hopfield-storkey", "Storkey")]
    [InlineData("boltzmann-gaussian", "Gaussian")]
    [InlineData("competitive-activation-triangle", "Triangle")]
    [InlineData("competitive-whitened-patches", "\"Pooling\":\"Max\"")]
    [InlineData("spike-latency-code", "Times", "Contrasts", "Gray")]
    public void Component_saves_the_names_of_its_choices(string name, params string[] words)
    {
        using ZipArchive zip = new(SavedModel.Named($"v0.1/{name}").SaveAgain(), ZipArchiveMode.Read);
        using StreamReader reader = new(zip.Entries.First(e => e.Name == "Model.key").Open(), Encoding.Latin1);
        string text = reader.ReadToEnd();
        Assert.All(words, word => Assert.Contains(word, text, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A program without the rule hands the model on: one with the rule finds the rule's tensors in it.</summary>
    [Fact]
    public void Tensors_of_a_rule_that_is_not_known_survive_saving()
    {
        Assert.Equal(Tensors(SavedModel.Named("v0.1/rule-feedback-alignment").SaveAgain()), Tensors(SavedModel.Named("v0.1/options-unknown-user-rule").SaveAgain()));

        static string[] Tensors(MemoryStream file)
        {
            using ZipArchive zip = new(file, ZipArchiveMode.Read);
            return [.. zip.Entries.Where(e => e.Name is ['K' or 'W' or 'b', '.', ..]).Select(e => $"{e.Name} {e.Length}").Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void Description_of_a_network_survives_saving()
    {
        NetworkSpec read = NetworkSpecFile.Read(NetworkSpecFile.Write(Network));
        Assert.Equal((Network.Input, Network.Head), (read.Input, read.Head));
        Assert.Equal(Network.Layers.AsEnumerable(), read.Layers);
    }

    [Theory]
    [InlineData("\"Kind\":\"dense\"", "\"Kind\":\"denser\"", "there is no layer kind 'denser', only average-pooling-2d, batch-normalization, convolution-2d, dense")]
    [InlineData("\"Kind\":\"dense\",\"Version\":1", "\"Kind\":\"dense\",\"Version\":2", "version 2 of the layer kind 'dense' was found, 1 to 1 can be read")]
    [InlineData("\"Units\":4", "\"Cells\":4", "Dense has no option 'Cells'; it has Units, Activation")]
    [InlineData("\"Units\":4", "\"Units\":\"four\"", "Dense.Units is \"four\", expected Int32")]
    [InlineData("\"Units\":4", "\"Units\":0", "Units is 0; it must be at least 1")]
    [InlineData("\"Tanh\"", "\"Tangent\"", "there is no activation 'Tangent', only Linear, ReLU")]
    [InlineData("\"Head\":\"Softmax", "\"Head\":\"Hard", "there is no output head 'HardCrossEntropy'")]
    [InlineData("{\"Version\":1", "{\"Version\":7", "version 7 of a network's description was found")]
    [InlineData("]}", "", "no JSON")]
    public void Damaged_description_of_a_network_is_refused_by_name(string there, string instead, string message)
    {
        string text = NetworkSpecFile.Write(Network);
        Assert.Contains(there, text, StringComparison.Ordinal);
        var error = Assert.Throws<InvalidDataException>(() => NetworkSpecFile.Read(text.Replace(there, instead, StringComparison.Ordinal)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_hyper_parameter_of_a_rule_is_refused_by_name_except_in_models_of_version_01()
    {
        string text = RuleSerializer.Write(new KolenPollack { WeightDecay = 0.5 }), options = OptionsJson.Text(new KolenPollack { WeightDecay = 0.5 });
        string Unknown(string json) => json.Replace("\"WeightDecay\"", "\"Forgotten\":1,\"WeightDecay\"", StringComparison.Ordinal);
        var error = Assert.Throws<InvalidDataException>(() => RuleSerializer.Read(Unknown(text)));
        Assert.Contains("KolenPollack has no option 'Forgotten'; it has WeightDecay, Feedback", error.Message, StringComparison.Ordinal);
        var rule = Assert.IsType<KolenPollack>(RuleSerializer.Read(RuleSerializer.FromUnversioned("BioLearn.ML.Rules.KolenPollack", Unknown(options))));
        Assert.Equal(0.5, rule.WeightDecay);
    }

    [Fact]
    public void Layer_kind_of_ones_own_is_saved_by_the_name_it_was_given()
    {
        LayerKinds.Register<Odd>("tests-odd", version: 2);
        string text = OptionsJson.Text(writer => LayerKinds.Write(writer, new Odd(3) { Rates = [0.5, double.NaN], Inner = new(2) }));
        Assert.Equal("""{"Kind":"tests-odd","Version":2,"Ways":3,"Rates":[0.5,"NaN"],"Inner":{"Channels":2,"Height":1,"Width":1},"Name":null,"Reads":null,"Adds":[]}""", text);
        using var older = OptionsJson.Parse("""{"Kind":"tests-odd","Version":1,"Paths":3,"Rates":[0.5,"NaN"],"Inner":null}""");
        var read = Assert.IsType<Odd>(LayerKinds.Read(older.RootElement));
        Assert.Equal((3, null), (read.Ways, read.Inner));
        Assert.Equal([0.5, double.NaN], read.Rates);
        Assert.Contains("'dense' is that of the layer kind", Assert.Throws<ArgumentException>(() => LayerKinds.Register<Odd2>("dense")).Message, StringComparison.Ordinal);
        Assert.Contains("Version", Assert.Throws<ArgumentException>(() => LayerKinds.Register<Odd3>("tests-odd-3")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_of_ones_own_is_found_by_its_name_its_former_names_and_its_class()
    {
        LearningRules.Register<Mine>();
        Assert.Equal(typeof(Mine).FullName, RuleSerializer.NameIn(RuleSerializer.Write(new Mine())));
        LearningRules.Register<Mine>("tests-mine", "Elsewhere.Mine");
        string text = RuleSerializer.Write(new Mine { Strength = 3 });
        Assert.Equal("tests-mine", RuleSerializer.NameIn(text));
        foreach (string name in (string[])["tests-mine", "Elsewhere.Mine", typeof(Mine).FullName!])
            Assert.Equal(3, Assert.IsType<Mine>(RuleSerializer.Read(text.Replace("tests-mine", name, StringComparison.Ordinal).Replace("\"Strength\"", "\"Force\"", StringComparison.Ordinal))).Strength);
        Assert.Throws<ArgumentException>(() => LearningRules.Register<Mine>("tests-other"));
        Assert.Throws<ArgumentException>(() => LearningRules.Register<Unsavable>("backpropagation"));
    }

    [Fact]
    public void Rule_with_an_option_that_cannot_be_saved_is_refused_before_it_is_trained()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new MLContext().MulticlassClassification.Trainers.LearningRule(new Unsavable()));
        Assert.Contains("Unsavable.When is a System.DateTime; options of this type cannot be saved", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layer_activation_and_head_without_a_name_are_refused_before_anything_is_trained()
    {
        MLContext mlContext = new();
        Assert.Contains("Odd4 have no name in saved models; give them one by LayerKinds.Register", Refused(new() { Layers = [new Dense(3), new Odd4()] }), StringComparison.Ordinal);
        Assert.Contains("an activation of your own needs Activation.Register", Refused(new() { Layers = [new Dense(3, new Nameless())] }), StringComparison.Ordinal);
        Assert.Contains("tests-nameless has no name in saved models; give it one by Activation.Register", Refused(new() { Activation = new Nameless() }), StringComparison.Ordinal);

        string Refused(NetworkOptions options) => Assert.Throws<InvalidOperationException>(() => mlContext.MulticlassClassification.Trainers.Backpropagation(options)).Message;
    }

    private static IDataView Animals(MLContext mlContext) => mlContext.Data.LoadFromEnumerable(Animal.Make(30));

    private sealed record Odd([property: FormerName("Paths")] int Ways) : LayerSpec
    {
        public IReadOnlyList<double> Rates { get; init; } = [];

        public TensorShape? Inner { get; init; }

        public int Derived => Ways + 1;

        public override LayerParts Resolve(TensorShape input) => new();
    }

    private sealed record Odd2 : LayerSpec
    {
        public override LayerParts Resolve(TensorShape input) => new();
    }

    private sealed record Odd3 : LayerSpec
    {
        public string Version { get; init; } = "";

        public override LayerParts Resolve(TensorShape input) => new();
    }

    private sealed record Odd4 : LayerSpec
    {
        public override LayerParts Resolve(TensorShape input) => new();
    }

    private sealed class Nameless() : Activation("tests-nameless")
    {
        public override void Apply<T>(ReadOnlySpan<T> a, Span<T> y) => a.CopyTo(y);

        public override void MultiplyByDerivative<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal)
        {
        }
    }

    private sealed class Mine : Unsaved
    {
        [FormerName("Force")]
        public double Strength { get; init; } = 1;
    }

    private sealed class Unsavable : Unsaved
    {
        public DateTime When { get; init; }
    }

    private abstract class Unsaved : LearningRule
    {
        public override string Name => "of the tests";

        public override void ComputeCredit<T>(LearningContext<T> step) => step.Forward();
    }
}
