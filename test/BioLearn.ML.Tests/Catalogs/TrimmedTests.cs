using System.Text.Json;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>What projects that are published trimmed meet: the reflection of JsonSerializer is off (JsonSerializerIsReflectionEnabledByDefault).</summary>
public class TrimmedTests
{
    [Fact]
    public void Every_component_trains_saves_and_loads_where_the_reflection_of_JsonSerializer_is_off() =>
        Assert.Equal($"{CatalogMethod.All.Count} methods", BioLearn.Tests.ChildProcess.Run("fit-without-json-reflection"));

    /// <summary>Runs in the child process.</summary>
    internal static void Fit()
    {
        AppContext.SetSwitch("System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault", false);
        Assert.False(JsonSerializer.IsReflectionEnabledByDefault);
        foreach (CatalogMethod method in CatalogMethod.All.Where(m => m.ReadsVectors(new MLContext())))
        {
            MLContext mlContext = new(seed: 1);
            IDataView rows = CatalogRows.Of(mlContext, method.Task);
            using MemoryStream file = new();
            mlContext.Model.Save(method.Create(mlContext).Fit(rows), rows.Schema, file);
            BioLearnModel.Load(new MLContext(), file, out _).Transform(rows).Preview(1);
        }
        Console.Write($"{CatalogMethod.All.Count} methods");
    }
}
