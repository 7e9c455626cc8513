using BioLearn.ML.Hosting;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>Whatever learns from feature vectors refuses those that memory has no room for, with the numbers, before it reads them all.</summary>
public class MemoryRefusalTests
{
    public static TheoryData<string> Methods() =>
        [.. CatalogMethod.All.Where(method => method.Learns && method.ReadsVectors(new MLContext())).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Rows_beyond_the_memory_are_refused_with_the_numbers(string name)
    {
        MLContext mlContext = new(seed: 1);
        CatalogMethod method = CatalogMethod.Named(name);
        var estimator = method.Create(mlContext);
        using (MemoryLimit.Assume(100))
        {
            string message = Assert.Throws<InvalidOperationException>(() => estimator.Fit(CatalogRows.Of(mlContext, method.Task))).Message;
            Assert.Contains($"dense rows of {CatalogRows.Width} features need", message, StringComparison.Ordinal);
            Assert.Contains("100 bytes are there", message, StringComparison.Ordinal);
        }
    }
}
