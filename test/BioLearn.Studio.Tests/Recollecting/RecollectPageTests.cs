using Microsoft.Playwright;
using Xunit.Abstractions;

namespace BioLearn.Studio.Tests.Recollecting;

/// <summary>The page as somebody uses it.</summary>
[Collection(BrowserCollection.Name)]
public class RecollectPageTests(StudioBrowser studio, ITestOutputHelper output)
{
    [Theory]
    [InlineData(1400, false)]
    [InlineData(390, true)]
    public async Task Page_draws_and_asks_where_the_picture_comes_from(int width, bool dark)
    {
        await using var visit = await studio.OpenAsync("recollect", width, dark);
        await visit.Page.GetByText("Does the cue matter?").WaitForAsync();
        await Assertions.Expect(visit.Page.GetByText("Any cue draws this picture.")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.GetByText("It comes from the switches.")).ToBeVisibleAsync();
        await visit.FitsAsync();
        await visit.IsAccessibleAsync();
        await visit.ShootAsync($"recollect-{width}{(dark ? "-dark" : "-light")}");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Slider_redraws_while_it_moves()
    {
        await using var visit = await studio.OpenAsync("recollect");
        await visit.Page.GetByText("Does the cue matter?").WaitForAsync();
        double[] milliseconds = await visit.Page.EvaluateAsync<double[]>("""
            async () => {
                const slider = document.getElementById("first-level"), image = document.querySelector(".divider .under"), found = [];
                const move = level => new Promise((resolve, reject) => {
                    const begin = performance.now();
                    const gone = setTimeout(() => reject(new Error(`level ${level} was not drawn`)), 15000);
                    image.addEventListener("load", () => { clearTimeout(gone); requestAnimationFrame(() => resolve(performance.now() - begin)); }, { once: true });
                    slider.value = level;
                    slider.dispatchEvent(new Event("input", { bubbles: true }));
                });
                for (let round = 0; round < 3; round++)
                    for (const level of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
                        found.push(await move(level));
                return found;
            }
            """);
        double[] first = [.. milliseconds.Take(11).Order()], later = [.. milliseconds.Skip(11).Order()];
        output.WriteLine($"AlexNet, from a move of the slider to the picture on the screen: median {later[later.Length / 2]:0} ms, worst {later[^1]:0} ms of {later.Length} moves; where a level is seen for the first time median {first[first.Length / 2]:0} ms, worst {first[^1]:0} ms");
        Assert.Equal(33, milliseconds.Length);
        Assert.Empty(visit.Complaints);
    }
}
