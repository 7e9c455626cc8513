using BioLearn.Studio.Recollecting;

namespace BioLearn.Studio.Tests.Recollecting;

public class RecollectLinkTests
{
    [Fact]
    public void Link_holds_the_view()
    {
        RecollectLink link = new("0123456789abcdef0123", "my cat & dog=2?.png",
            new("alexnet", CueChoice.Parse("class:grand_piano")), new("resnet18-imagenet", CueChoice.Parse("S9:17.3.5"), "Pos_PosConv_normalize_std"));
        string text = link.ToString();
        Assert.StartsWith("recollect?", text, StringComparison.Ordinal);
        Assert.DoesNotContain(' ', text);
        Assert.Equal(link, RecollectLink.Parse(text[text.IndexOf('?', StringComparison.Ordinal)..]));
    }

    [Fact]
    public void Empty_link_is_the_page_as_it_opens() => Assert.Equal(new RecollectLink(null, null, null, null), RecollectLink.Parse(""));

    [Fact]
    public void Cue_that_is_none_is_refused() => Assert.Throws<FormatException>(() => RecollectLink.Parse("?model=alexnet&cue=nonsense"));
}
