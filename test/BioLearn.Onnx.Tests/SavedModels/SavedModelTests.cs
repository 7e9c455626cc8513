namespace BioLearn.Onnx.Tests.SavedModels;

/// <summary>Models that earlier versions saved load for ever, and give what they gave.</summary>
public class SavedModelTests
{
    public static TheoryData<string> Models => SavedModel.Names();

    [Theory]
    [MemberData(nameof(Models))]
    public void Saved_model_gives_what_it_gave(string name) => Assert.Empty(SavedModel.Named(name).Differences());

    [Fact]
    public void Every_component_loads_and_saves_where_the_reflection_of_JsonSerializer_is_off() =>
        Assert.Equal($"{SavedModel.All.Count} models", ChildProcess.Run("save-without-json-reflection"));

    [Fact]
    public void Every_component_has_a_saved_model() => Assert.Empty(SavedModel.Missing(typeof(RecollectionTransformer).Assembly));
}
