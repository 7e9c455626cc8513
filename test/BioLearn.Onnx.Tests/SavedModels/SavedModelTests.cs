namespace BioLearn.Onnx.Tests.SavedModels;

/// <summary>Models that earlier versions saved load for ever, and give what they gave.</summary>
public class SavedModelTests
{
    public static TheoryData<string> Models => SavedModel.Names();

    [Theory]
    [MemberData(nameof(Models))]
    public void Saved_model_gives_what_it_gave(string name) => Assert.Empty(SavedModel.Named(name).Differences());

    [Fact]
    public void Every_component_has_a_saved_model() => Assert.Empty(SavedModel.Missing(typeof(RecollectionTransformer).Assembly));
}
