using BioLearn.Cli.Recollection;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Tests.Recollection;

public class RecollectCommandTests
{
    [Fact]
    public async Task Folder_gives_pictures_manifest_sheet_and_report()
    {
        using var folder = new TemporaryFolder();
        var results = folder["results"];
        var (exitCode, output) = await Tool.RunAsync("recollect", RecollectFixture.MakePictures(folder, 4), "--model", RecollectFixture.SmallModel,
            "--cue", "class", "--level", "S9", "--variant", "minmax_local", "--variant", "Pos_PosConv_Unnorm_upsample", "--out", results);

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains(Path.Combine(results, "report.html"), output, StringComparison.Ordinal);
        using var manifest = ManifestFile.Read(Path.Combine(results, Manifest.FileName));
        Assert.Equal(4, manifest.Header!.Columns.Count);
        Assert.Equal(4, manifest.Summary!.Pictures);
        var pictures = manifest.Pictures;
        Assert.Equal(["p0", "p1", "p2", "p3"], pictures.Select(picture => picture.Id));
        foreach (var recollection in pictures.SelectMany(picture => picture.Recollections))
        {
            ImageFiles.Load(Path.Combine(results, recollection.File));
            Assert.InRange(recollection.EdgeCorrelation, -1, 1);
            Assert.Equal(4, recollection.IdentifiedAmong);
            Assert.InRange(recollection.Controls!.CueSpecificity!.Value, 0, 1);
            Assert.Equal(recollection.Column.Contains("upsample", StringComparison.Ordinal), recollection.Controls.SwitchDependence is null);
        }
        ImageFiles.Load(Path.Combine(results, "contact-sheet.png"));
        var report = await File.ReadAllTextAsync(Path.Combine(results, "report.html"));
        Assert.Contains("p3.jpg", report, StringComparison.Ordinal);
        Assert.Contains("comes from the switches", report, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", report, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_cue_level_and_variant_the_page_tells_a_story_and_names_its_command()
    {
        using var folder = new TemporaryFolder();
        var results = folder["results"];
        var (exitCode, _) = await Tool.RunAsync("recollect", RecollectFixture.MakePictures(folder, 3), "--model", RecollectFixture.SmallModel, "--out", results, "--seed", "4");

        Assert.Equal(ExitCodes.Success, exitCode);
        using var manifest = ManifestFile.Read(Path.Combine(results, Manifest.FileName));
        var header = manifest.Header!;
        Assert.Equal(["minmax_local", "random_switches", "linear", "guided"], header.Columns.Select(column => column.Variant));
        Assert.Equal([true, false, false, true], header.Columns.Select(column => column.UsesSwitches));
        Assert.All(header.Columns, column => Assert.NotNull(column.Note));
        var report = await File.ReadAllTextAsync(Path.Combine(results, "report.html"));
        Assert.All(header.Columns, column => Assert.Contains(System.Text.Encodings.Web.HtmlEncoder.Default.Encode(column.Note!), report, StringComparison.Ordinal));
        Assert.Contains("--seed 4", report, StringComparison.Ordinal);
        Assert.DoesNotContain("--out", report, StringComparison.Ordinal);
        Assert.Equal(3, report.Split("data-measures=").Length - 1);
        // On a phone the table is a list, in which each figure says what it is.
        Assert.Equal(header.Columns.Count, report.Split("data-of=\"Cue specificity\"").Length - 1);
        var measures = await File.ReadAllLinesAsync(Path.Combine(results, "measures.csv"));
        Assert.Equal(1 + 3 * 4, measures.Length);
        Assert.Equal(3, measures.Count(line => line.Contains(",guided,recollections/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Levels_by_variants_are_a_matrix_with_a_row_a_level()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _) = await Tool.RunAsync("recollect", RecollectFixture.MakePictures(folder, 1), "--model", RecollectFixture.SmallModel, "--no-controls",
            "-l", "S9", "-l", "S8", "-v", "linear", "-v", "guided", "-v", "minmax_local", "--out", folder["results"]);
        Assert.Equal(ExitCodes.Success, exitCode);
        var report = await File.ReadAllTextAsync(Path.Combine(folder["results"], "report.html"));
        Assert.Contains("--cells:4", report, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(report, "class=\"rowhead\""));
        Assert.DoesNotContain("matrix single\"", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_pictures_are_skipped_listed_and_told_by_the_exit_code()
    {
        using var folder = new TemporaryFolder();
        var pictures = RecollectFixture.MakePictures(folder, 2);
        await File.WriteAllTextAsync(Path.Combine(pictures, "letter.png"), "no picture");
        var png = await File.ReadAllBytesAsync(Path.Combine(pictures, "p0.png"));
        await File.WriteAllBytesAsync(Path.Combine(pictures, "torn.png"), png[..(png.Length / 2)]);
        var (exitCode, output) = await Tool.RunAsync("recollect", pictures, "--model", RecollectFixture.SmallModel, "--out", folder["results"]);

        Assert.Equal(ExitCodes.SomeFailed, exitCode);
        Assert.Contains("letter.png: not a picture", output, StringComparison.Ordinal);
        Assert.Contains("torn.png: the picture is truncated", output, StringComparison.Ordinal);
        using var manifest = ManifestFile.Read(Path.Combine(folder["results"], Manifest.FileName));
        var summary = manifest.Summary!;
        Assert.Equal((4, 2), (summary.Pictures, summary.Failed));
        Assert.Contains("torn.png", await File.ReadAllTextAsync(Path.Combine(folder["results"], "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_that_are_not_finite_are_a_failure_that_names_layer_and_picture()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await Tool.RunAsync("recollect", RecollectFixture.MakePictures(folder, 2), "--model", RecollectFixture.Network("overflow"), "--out", folder["results"]);
        Assert.Equal(ExitCodes.SomeFailed, exitCode);
        using var manifest = ManifestFile.Read(Path.Combine(folder["results"], Manifest.FileName));
        var pictures = manifest.Pictures;
        Assert.Equal(["p0", "p1"], pictures.Select(picture => picture.Id));
        Assert.All(pictures, picture => Assert.Matches("activation of Relu_2 is infinite", picture.Error));
        Assert.Contains("p1.jpg", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Network_that_sees_one_pixel_has_a_page()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _) = await Tool.RunAsync("recollect", RecollectFixture.MakePictures(folder, 2), "--model", RecollectFixture.Network("one_pixel"), "--out", folder["results"]);
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.True(File.Exists(Path.Combine(folder["results"], "report.html")));
    }

    [Fact]
    public async Task Nothing_but_bad_pictures_still_ends_with_a_report()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["letter.png"], "no picture");
        var (exitCode, _) = await Tool.RunAsync("recollect", folder["letter.png"], "--model", RecollectFixture.SmallModel, "--out", folder["results"]);
        Assert.Equal(ExitCodes.SomeFailed, exitCode);
        Assert.True(File.Exists(Path.Combine(folder["results"], "report.html")));
    }

    [Fact]
    public async Task Threads_and_batches_change_no_byte()
    {
        using var folder = new TemporaryFolder();
        var pictures = RecollectFixture.MakePictures(folder, 7);
        foreach (var (threads, batch) in new[] { (1, 1), (1, 16), (2, 1), (2, 3), (5, 4) })
        {
            var (exitCode, _) = await Tool.RunAsync("recollect", pictures, "--model", RecollectFixture.SmallModel, "--variant", "minmax_local", "--variant", "random_switches",
                "--threads", $"{threads}", "--batch", $"{batch}", "--out", folder[$"results-{threads}-{batch}"]);
            Assert.Equal(ExitCodes.Success, exitCode);
            Assert.Equal(RecollectFixture.Contents(folder["results-1-1"]), RecollectFixture.Contents(folder[$"results-{threads}-{batch}"]));
        }
    }

    [Fact]
    public async Task Interrupted_run_goes_on_to_the_same_files()
    {
        using var folder = new TemporaryFolder();
        var pictures = RecollectFixture.MakePictures(folder, 9);
        string[] command = ["recollect", pictures, "--model", RecollectFixture.SmallModel, "--batch", "2", "--out"];
        await Tool.RunAsync([.. command, folder["whole"]]);

        // As a killed process leaves it: fewer lines in another order, the last one torn, a picture's file not there, half a file beside.
        await Tool.RunAsync([.. command, folder["torn"]]);
        var manifest = Path.Combine(folder["torn"], Manifest.FileName);
        var lines = await File.ReadAllLinesAsync(manifest);
        await File.WriteAllTextAsync(manifest, string.Join('\n', [lines[0], lines[4], lines[2], lines[5], lines[7][..40]]));
        File.Delete(Path.Combine(folder["torn"], "report.html"));
        var file = Directory.GetFiles(Path.Combine(folder["torn"], "recollections"), "p3_*")[0];
        File.Move(file, $"{file}.{Guid.NewGuid():N}.tmp");
        var (exitCode, output) = await Tool.RunAsync([.. command, folder["torn"]]);
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("2 already done, 7 to do", output, StringComparison.Ordinal);
        Assert.Equal(RecollectFixture.Contents(folder["whole"]), RecollectFixture.Contents(folder["torn"]));

        // Once more: nothing is left to do.
        (_, output) = await Tool.RunAsync([.. command, folder["torn"]]);
        Assert.Contains("9 already done, 0 to do", output, StringComparison.Ordinal);
        Assert.Equal(RecollectFixture.Contents(folder["whole"]), RecollectFixture.Contents(folder["torn"]));
    }

    [Fact]
    public async Task Stopped_run_says_so_and_leaves_a_whole_manifest()
    {
        using var folder = new TemporaryFolder();
        using var stop = new StopSignals();
        stop.Stop();
        var (exitCode, output) = await Tool.RunAsync(stop, "recollect", RecollectFixture.MakePictures(folder, 5), "--model", RecollectFixture.SmallModel, "--out", folder["results"]);
        Assert.Equal(ExitCodes.Interrupted, exitCode);
        Assert.Contains("stopped", output, StringComparison.Ordinal);
        using var manifest = ManifestFile.Read(Path.Combine(folder["results"], Manifest.FileName));
        Assert.NotNull(manifest.Header);
    }

    [Fact]
    public async Task Other_options_in_the_same_folder_are_refused_unless_overwritten()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["recollect", RecollectFixture.MakePictures(folder, 2), "--model", RecollectFixture.SmallModel, "--no-controls", "--out", folder["results"]];
        await Tool.RunAsync(command);
        var (exitCode, output) = await Tool.RunAsync([.. command, "--seed", "5"]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("seed: there 0, now 5", output, StringComparison.Ordinal);
        (exitCode, _) = await Tool.RunAsync([.. command, "--seed", "5", "--overwrite"]);
        Assert.Equal(ExitCodes.Success, exitCode);
    }

    [Fact]
    public async Task Changed_picture_is_done_again()
    {
        using var folder = new TemporaryFolder();
        var pictures = RecollectFixture.MakePictures(folder, 3);
        string[] command = ["recollect", pictures, "--model", RecollectFixture.SmallModel, "--no-controls", "--out", folder["results"]];
        await Tool.RunAsync(command);
        ImageFiles.Save(new PixelImage(33, 44), Path.Combine(pictures, "p1.jpg"));
        var (_, output) = await Tool.RunAsync(command);
        Assert.Contains("2 already done, 1 to do", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nofile.jpg: no such file", "nofile.jpg")]
    [InlineData("*.nothing: no file matches", "*.nothing")]
    [InlineData("--batch 0", "--batch", "0")]
    [InlineData("--input-size 224", "--input-size", "224")]
    [InlineData("--threads 0", "--threads", "0")]
    [InlineData("--variant foo: 'foo' is not known", "--variant", "foo")]
    [InlineData("--variant Pos_bar: 'bar' is not known", "--variant", "Pos_bar")]
    [InlineData("--cue bar", "--cue", "bar")]
    [InlineData("names unit 999; the network has 101 output units", "--cue", "class:999")]
    [InlineData("names unit 101; the network has 101 output units", "--cue", "class_unit101")]
    [InlineData("level 99: the network has S1 to S10", "--cue", "rand99")]
    [InlineData("did you mean chair", "--cue", "class:chai")]
    [InlineData("level 99: the network has S1 to S10", "--level", "S99")]
    [InlineData("--sparse needs --level", "--sparse", "3")]
    [InlineData("--sparse 0", "--level", "S9", "--sparse", "0")]
    [InlineData("--model: \"none\"", "--model", "none")]
    [InlineData("--preprocessing x: expected imagenet", "--preprocessing", "x")]
    [InlineData("asked for twice", "--variant", "linear", "--variant", "linear")]
    [InlineData("xyz", "--provider", "xyz")]
    [InlineData("bath", "--bath", "3")]
    public async Task Wrong_command_lines_are_told_in_a_sentence(string expected, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await Tool.RunAsync(["recollect", .. options, "--out", folder["results"]]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Picture_that_is_gone_when_its_turn_comes_is_skipped_and_its_name_is_shown_not_obeyed()
    {
        using var folder = new TemporaryFolder();
        var pictures = RecollectFixture.MakePictures(folder, 1);
        await File.WriteAllTextAsync(Path.Combine(pictures, "bad\u001B]0;title\u0007.png"), "no picture");
        File.CreateSymbolicLink(Path.Combine(pictures, "gone.png"), folder["nowhere"]);
        var (exitCode, output) = await Tool.RunAsync("recollect", pictures, "--model", RecollectFixture.SmallModel, "--out", folder["results"]);
        Assert.Equal(ExitCodes.SomeFailed, exitCode);
        Assert.Contains("gone.png", output, StringComparison.Ordinal);
        Assert.Contains(@"\x1B]0;title\x07.png", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001B', output);
    }

    [Fact]
    public async Task Damaged_results_are_made_again_and_a_damaged_manifest_is_replaced_on_request()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["recollect", RecollectFixture.MakePictures(folder, 4), "--model", RecollectFixture.SmallModel, "--no-controls", "--out"];
        await Tool.RunAsync([.. command, folder["whole"]]);
        await Tool.RunAsync([.. command, folder["torn"]]);
        await File.WriteAllTextAsync(folder["torn/originals/p0.png"], "");
        var recollection = Directory.GetFiles(folder["torn/recollections"], "p2_*")[0];
        await File.WriteAllBytesAsync(recollection, (await File.ReadAllBytesAsync(recollection))[..^20]);
        var (exitCode, output) = await Tool.RunAsync([.. command, folder["torn"]]);
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("2 already done, 2 to do", output, StringComparison.Ordinal);
        Assert.Equal(RecollectFixture.Contents(folder["whole"]), RecollectFixture.Contents(folder["torn"]));

        string[] lines = await File.ReadAllLinesAsync(folder["torn/manifest.jsonl"]);
        foreach (var damaged in (string[])[new string('\0', 2000), lines[0].Replace("\"modelSha256\":\"", "\"modelSha256\":\"ab\",\"was\":\"", StringComparison.Ordinal),
            System.Text.RegularExpressions.Regex.Replace(lines[0], "\"columns\":\\[.*?\\],", "\"columns\":[null],"),
            lines[0] + "\n" + System.Text.RegularExpressions.Regex.Replace(lines[1], "\"(file|original)\":\"[^\"]*\"", "\"$1\":null"),
            lines[0] + "\n" + System.Text.RegularExpressions.Regex.Replace(lines[1], "\"id\":\"[^\"]*\"", "\"id\":null"), lines[1] + "\n" + lines[0]])
        {
            await File.WriteAllTextAsync(folder["torn/manifest.jsonl"], damaged);
            (_, output) = await Tool.RunAsync([.. command, folder["torn"]]);
            Assert.DoesNotContain("should not happen", output, StringComparison.Ordinal);
            (exitCode, _) = await Tool.RunAsync([.. command, folder["torn"], "--overwrite"]);
            Assert.Equal(ExitCodes.Success, exitCode);
            Assert.Equal(RecollectFixture.Contents(folder["whole"]), RecollectFixture.Contents(folder["torn"]));
        }
    }

    [Fact]
    public async Task Result_that_is_damaged_inside_is_named_removed_and_made_again()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["recollect", RecollectFixture.MakePictures(folder, 3), "--model", RecollectFixture.SmallModel, "--no-controls", "--out"];
        await Tool.RunAsync([.. command, folder["whole"]]);
        await Tool.RunAsync([.. command, folder["torn"]]);
        var recollection = Directory.GetFiles(folder["torn/recollections"], "p1_*")[0];
        var bytes = await File.ReadAllBytesAsync(recollection);
        bytes.AsSpan(60, 40).Clear();
        await File.WriteAllBytesAsync(recollection, bytes);
        var (exitCode, output) = await Tool.RunAsync([.. command, folder["torn"]]);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains(Path.GetFileName(recollection), output, StringComparison.Ordinal);
        (exitCode, _) = await Tool.RunAsync([.. command, folder["torn"]]);
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal(RecollectFixture.Contents(folder["whole"]), RecollectFixture.Contents(folder["torn"]));
    }

    [Fact]
    public async Task Folder_that_cannot_be_written_is_a_clear_error()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "in the way");
        var (exitCode, output) = await Tool.RunAsync("recollect", RecollectFixture.MakePictures(folder, 1), "--model", RecollectFixture.SmallModel, "--out", Path.Combine(folder["file"], "results"));
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("file", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
