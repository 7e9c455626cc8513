using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace BioLearn.Docs.Tests;

/// <summary>What a feed would get: the libraries' packages, packed as they were built.</summary>
public sealed class PackageTests
{
    [Theory]
    [InlineData("BioLearn.Kernels", "System.Numerics.Tensors")]
    [InlineData("BioLearn.ML", "BioLearn.Kernels", "Microsoft.ML", "System.Numerics.Tensors")] // no picture library, native or not
    [InlineData("BioLearn.Onnx", "BioLearn.ML", "Google.Protobuf", "Microsoft.ML", "Microsoft.ML.ImageAnalytics", "Microsoft.ML.OnnxConverter", "Microsoft.ML.OnnxRuntime.Managed",
        "SixLabors.ImageSharp", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "System.Numerics.Tensors")]
    public void Package_says_what_it_is_and_needs_what_it_uses(string project, params string[] dependencies)
    {
        using ZipArchive package = Pack(project, "");
        XElement metadata = XElement.Load(package.GetEntry($"{project}.nuspec")!.Open()).Elements().Single();
        string Value(string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value ?? "";
        Assert.All((string[])["description", "authors", "license", "readme", "tags"], name => Assert.NotEqual("", Value(name)));
        string[] needs = [.. metadata.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value).Order(StringComparer.Ordinal)];
        Assert.Equal(dependencies, needs);
        Assert.NotNull(package.GetEntry($"lib/net10.0/{project}.xml"));
        Assert.DoesNotContain("](docs/", Readme(package), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_of_a_packed_readme_lead_to_the_address_of_the_project()
    {
        using ZipArchive package = Pack("BioLearn.Kernels", "-p:ProjectAddress=https://example.org/biolearn");
        Assert.Contains("](https://example.org/biolearn/blob/main/docs/mlnet.md", Readme(package), StringComparison.Ordinal);
        Assert.DoesNotContain("](docs/", Readme(package), StringComparison.Ordinal);
    }

    private static string Readme(ZipArchive package)
    {
        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        return reader.ReadToEnd();
    }

    private static ZipArchive Pack(string project, string property)
    {
        string folder = Directory.CreateTempSubdirectory("packages").FullName;
        try
        {
            string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in (string[])["pack", RepositoryFiles.Find($"src/{project}"), "-c", configuration, "--no-build", "-o", folder, "-nodeReuse:false", .. property.Length > 0 ? [property] : Array.Empty<string>()])
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output + errors.Result);
            return new ZipArchive(new MemoryStream(File.ReadAllBytes(Directory.GetFiles(folder, "*.nupkg").Single())));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
