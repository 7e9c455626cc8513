using BioLearn.Onnx.Recollection;
using BioLearn.Studio.Recollecting;

namespace BioLearn.Studio.Tests.Recollecting;

public class CueChoiceTests
{
    public static TheoryData<string> Tokens =>
        ["class", "class:grand_piano", "output", "random", "constant", "S7", "source9_top0.05", "source9_top5", "S9:17", "S9:17.3.5", "noise:S7", "constant:S10", "source:relu1"];

    [Theory]
    [MemberData(nameof(Tokens))]
    public void Token_is_read_and_printed_and_known_to_the_library(string token)
    {
        Assert.Equal(token, CueChoice.Parse(token).Token);
        Assert.NotNull(Cue.Parse(token, ["grand_piano"]));
    }

    [Fact]
    public void Every_kind_has_a_token_that_reads_back()
    {
        foreach (CueKind kind in Enum.GetValues<CueKind>())
            Assert.Equal(kind, CueChoice.Parse(new CueChoice { Kind = kind, Class = "bass", Level = 3, Channel = 4, Row = 2, Column = 1 }.Token).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S0")]
    [InlineData("S7:1.2")]
    [InlineData("class:")]
    [InlineData("../S7")]
    [InlineData("S99999")]
    [InlineData("source7_topx")]
    public void Other_tokens_are_refused(string token) =>
        Assert.Contains($"\"{token}\"", Assert.Throws<FormatException>(() => CueChoice.Parse(token)).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_network_gets_what_it_has_of_the_choice()
    {
        NetworkFacts small = new("small", ["a", "b"], [new(0, "S0: output, 2 units", 2, 1, 1), new(1, "S1: dense layer, 8 units", 8, 1, 1), new(2, "S2: convolution", 4, 5, 5)], false, new(), null, null);
        Assert.Equal(new CueChoice { Kind = CueKind.Unit, Level = 2, Channel = 3, Row = 4, Column = 4 }, small.Fitted(new() { Kind = CueKind.Unit, Level = 9, Channel = 63, Row = 20, Column = 21 }));
        Assert.Equal(new CueChoice { Kind = CueKind.Channel, Level = 1, Channel = 5 }, small.Fitted(new() { Kind = CueKind.Unit, Level = 1, Channel = 5, Row = 2, Column = 2 }));
        Assert.Equal("a", small.Fitted(new() { Kind = CueKind.Class }).Class);
    }

    [Theory]
    [InlineData("class", "", true, "class", "random_switches")]
    [InlineData("class", "random_switches", true, "class", "guided")]
    [InlineData("class", "", false, "class", "guided")]
    [InlineData("S7", "", true, "S7", "Unnorm_unpool_random")]
    [InlineData("S7:3.1.2", "", true, "S7:3", "linear")]
    public void Beside_a_setting_stands_what_tells_most(string cue, string variant, bool hasMaxPools, string otherCue, string otherVariant)
    {
        RecollectSetting other = new RecollectSetting("alexnet", CueChoice.Parse(cue), variant).Beside(hasMaxPools);
        Assert.Equal((otherCue, otherVariant), (other.Cue.Token, other.VariantName));
    }
}
