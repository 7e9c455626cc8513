using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;

namespace BioLearn.Onnx.Tests.Models;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-models").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Find_unknown_name_lists_the_models_at_hand()
    {
        var error = Assert.Throws<FileNotFoundException>(() => ModelCatalog.Find("vgg"));
        Assert.Contains("alexnet, convpool, resnet18", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Card_absent_assumes_imagenet_preprocessing_at_the_size_of_the_model()
    {
        using CnnModel model = CnnModel.Load(Copy("mini_alexnet.onnx"));
        Assert.False(model.Card.IsRead);
        Assert.Equal([32, 48], [model.Card.Preprocessing.Height, model.Card.Preprocessing.Width]);
        Assert.Equal(0.485f, model.Card.Preprocessing.Mean[0]);
        Assert.Equal("class 3", model.Card.ClassName(3));
    }

    [Fact]
    public void Card_written_and_read_is_the_same()
    {
        string path = Path.Combine(_folder, "card.json");
        var card = new ModelCard
        {
            Name = "small",
            Title = "a title",
            Classes = ["a", "b"],
            Sha256 = new string('a', 64),
            Top1Accuracy = 0.5,
            Preprocessing = new() { Channels = ChannelOrder.Bgr, Divisor = 1, Mean = [104, 117, 123], StandardDeviation = [1, 1, 1], Width = 48, Height = 32, ResizeRatio = 1.25 },
        };
        ModelCardFile.Write(path, card);
        ModelCard read = ModelCardFile.Read(path);
        Assert.Equal(card.Classes, read.Classes);
        Assert.Equal(card.Preprocessing.Mean, read.Preprocessing.Mean);
        Assert.Equal((card.Name, card.Title, card.Sha256, card.Top1Accuracy), (read.Name, read.Title, read.Sha256, read.Top1Accuracy));
        Assert.Equal((ChannelOrder.Bgr, 1f, 48, 32, 1.25), (read.Preprocessing.Channels, read.Preprocessing.Divisor, read.Preprocessing.Width, read.Preprocessing.Height, read.Preprocessing.ResizeRatio));
    }

    [Theory]
    [InlineData("[1, 2]", "not a model card")]
    [InlineData("{\"schemaVersion\": 9}", "schemaVersion 9")]
    [InlineData("{\"schemaVersion\": 1, \"name\": \"x\"}", "no preprocessing")]
    [InlineData("{\"schemaVersion\": 1, \"name\": \"x\", \"preprocessing\": {\"width\": 48, \"height\": 32, \"channels\": \"cmyk\", \"divisor\": 1}}", "not a model card")]
    [InlineData("{\"schemaVersion\": 1, \"name\": \"x\", \"preprocessing\": {\"width\": 48, \"height\": 32, \"channels\": \"rgb\", \"divisor\": 0}}", "divisor")]
    [InlineData("{\"schemaVersion\": 1, \"name\": \"x\", \"preprocessing\": {\"width\": 48, \"height\": 32, \"channels\": \"rgb\", \"divisor\": 1, \"mean\": [1]}}", "3 values")]
    [InlineData("{\"schemaVersion\": 1, \"name\": \"x\", \"preprocessing\": {\"width\": 40, \"height\": 32, \"channels\": \"rgb\", \"divisor\": 1}}", "3x32x40")]
    [InlineData("{\"schemaVersion\": 1, \"name\": \"x\", \"classes\": [\"a\"], \"preprocessing\": {\"width\": 48, \"height\": 32, \"channels\": \"rgb\", \"divisor\": 1}}", "1 classes")]
    public void Card_that_is_damaged_or_does_not_fit_is_refused_with_its_path(string json, string problem)
    {
        string model = Copy("mini_alexnet.onnx");
        string card = ModelCardFile.PathBeside(model);
        File.WriteAllText(card, json);
        var error = Assert.Throws<OnnxModelException>(() => CnnModel.Load(model));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(card, error.File);
    }

    [Fact]
    public void Provider_that_the_native_runtime_lacks_is_an_error_that_says_what_to_do_or_falls_back()
    {
        if (RuntimeSession.AvailableProviders().Contains("CUDAExecutionProvider")) return;
        string path = Copy("mini_alexnet.onnx");
        using CnnModel strict = CnnModel.Load(path, new() { Provider = ExecutionProvider.Cuda });
        var error = Assert.Throws<NotSupportedException>(() => strict.Forward(new float[3 * 32 * 48], 1));
        Assert.Contains("OnnxRuntimePackage", error.Message, StringComparison.Ordinal);
        using CnnModel lenient = CnnModel.Load(path, new() { Provider = ExecutionProvider.Cuda, FallbackToCpu = true });
        Assert.Equal(6, lenient.Forward(new float[3 * 32 * 48], 1).Logits(0).Length);
    }

    private string Copy(string name)
    {
        string target = Path.Combine(_folder, name);
        File.Copy(FixtureFiles.OwnFile("reconstruct", name), target);
        return target;
    }
}
